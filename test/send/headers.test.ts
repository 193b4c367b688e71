import { describe, expect, it } from "vitest";
import { macBy } from "../../src/hmac.js";
import { defaultListId, messageIdFor } from "../../src/send/headers.js";
import { addressSlug, editionSlug } from "../../src/send/names.js";

const KEY = Buffer.alloc(32, 1);
const MAC = macBy(KEY);
const PARTS = {
  listId: "daily.example.org",
  editionId: "day:2026-03-09",
  reader: "you@example.com",
  from: "digest@example.org",
  test: null,
};

describe("messageIdFor", () => {
  it("is 160 bits, the edition and the sender's domain", () => {
    expect(messageIdFor(MAC, PARTS)).toMatch(/^<[0-9a-v]{32}\.day-2026-03-09@example\.org>$/);
  });

  it("stays the same for the same parts and key", () => {
    expect(messageIdFor(MAC, { ...PARTS })).toBe(messageIdFor(macBy(KEY), PARTS));
  });

  it.each([
    ["the list", { ...PARTS, listId: "weekly.example.org" }],
    ["the edition", { ...PARTS, editionId: "day:2026-03-10" }],
    ["the reader", { ...PARTS, reader: "me@example.com" }],
    ["being a test", { ...PARTS, test: "first" }],
    ["where one part ends", { ...PARTS, listId: "daily.example.orgday", editionId: ":2026-03-09" }],
  ])("changes with %s", (_, parts) => {
    expect(messageIdFor(MAC, parts)).not.toBe(messageIdFor(MAC, PARTS));
  });

  it("changes with the key, and so cannot be guessed from an address", () => {
    expect(messageIdFor(macBy(Buffer.alloc(32, 2)), PARTS)).not.toBe(messageIdFor(MAC, PARTS));
  });
});

it("defaultListId has 32 hex digits before localhost and follows the key", () => {
  expect(defaultListId(KEY)).toMatch(/^daily\.[0-9a-f]{32}\.localhost$/);
  expect(defaultListId(KEY)).not.toBe(defaultListId(Buffer.alloc(32, 2)));
});

describe("names", () => {
  it.each([
    ["day:2026-03-09", /^day-2026-03-09$/],
    ["search:LLaVA-1.5", /^search-llava-1\.5-[0-9a-f]{8}$/],
    [`file:${"0123456789abcdef".repeat(4)}`, /^file-[0-9a-f]{26}-[0-9a-f]{8}$/],
    ["page:https://example.org/../../etc/passwd", /^page-https-example\.org-[a-z.-]+-[0-9a-f]{8}$/],
    ["../..", /^[0-9a-f]{8}$/],
  ])("editionSlug(%j)", (id, slug) => {
    expect(editionSlug(id)).toMatch(slug);
    expect(editionSlug(id).length).toBeLessThanOrEqual(40);
  });

  it.each([
    ["you+papers@example.com", /^you\+papers@example\.com$/],
    ["You@example.com", /^you@example\.com-[0-9a-f]{8}$/],
    ["a/b*c@example.com", /^a-b-c@example\.com-[0-9a-f]{8}$/],
    ["jürgen@example.com", /^j-rgen@example\.com-[0-9a-f]{8}$/],
    [`${"a".repeat(64)}@${"b".repeat(60)}.example.com`, /^a{64}@b{6}-[0-9a-f]{8}$/],
  ])("addressSlug(%j)", (address, slug) => {
    expect(addressSlug(address)).toMatch(slug);
  });

  it.each([
    ["search:C++", "search:C"],
    ["search:LLaVA", "search:llava"],
  ])("keeps %s and %s apart", (one, other) => {
    expect(editionSlug(one)).not.toBe(editionSlug(other));
  });
});
