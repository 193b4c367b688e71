import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { defaultListId, messageIds } from "../../../src/send/message/headers.js";
import { addressSlug, editionSlug } from "../../../src/send/message/names.js";

const KEY = Buffer.alloc(32, 1);
const READER = "you@example.com";
const PARTS = {
  listId: "daily.example.org",
  editionId: "day:2026-03-09",
  from: "digest@example.org",
  test: null,
};

describe("Message-IDs", () => {
  it("consist of 160 bits, the edition and the sender's domain", () => {
    expect(messageIds(KEY, PARTS)(READER)).toMatch(/^<[0-9a-v]{32}\.day-2026-03-09@example\.org>$/);
  });

  it("are the same for the same parts and key", () => {
    expect(messageIds(KEY, { ...PARTS })(READER)).toBe(messageIds(Buffer.from(KEY), PARTS)(READER));
  });

  it("are a keyed hash of their parts as JSON, for letters and test letters", () => {
    const of = (parts: readonly string[]): string =>
      BigInt(`0x${createHmac("sha256", KEY).update(JSON.stringify(parts)).digest("hex").slice(0, 40)}`)
        .toString(32)
        .padStart(32, "0");
    const { listId, editionId } = PARTS;
    expect(messageIds(KEY, PARTS)('"you"\\')).toContain(`<${of([listId, editionId, '"you"\\'])}.`);
    expect(messageIds(KEY, { ...PARTS, test: "1st" })("7")).toContain(
      `<${of([listId, editionId, "7", "test", "1st"])}.`,
    );
  });

  it.each([
    ["the list", { ...PARTS, listId: "weekly.example.org" }, READER],
    ["the edition", { ...PARTS, editionId: "day:2026-03-10" }, READER],
    ["the reader", PARTS, "me@example.com"],
    ["the test mark", { ...PARTS, test: "first" }, READER],
    ["the boundary between two parts", { ...PARTS, listId: "daily.example.orgday", editionId: ":2026-03-09" }, READER],
  ])("change with %s", (_, parts, reader) => {
    expect(messageIds(KEY, parts)(reader)).not.toBe(messageIds(KEY, PARTS)(READER));
  });

  it("change with the key, so an address does not reveal them", () => {
    expect(messageIds(Buffer.alloc(32, 2), PARTS)(READER)).not.toBe(messageIds(KEY, PARTS)(READER));
  });
});

it("defaultListId is derived from the key: 32 hex digits before localhost", () => {
  expect(defaultListId(KEY)).toMatch(/^daily\.[0-9a-f]{32}\.localhost$/);
  expect(defaultListId(KEY)).not.toBe(defaultListId(Buffer.alloc(32, 2)));
});

describe("file names", () => {
  it.each([
    ["day:2026-03-09", /^day-2026-03-09$/],
    ["search:LLaVA-1.5", /^search-llava-1\.5-[0-9a-f]{8}$/],
    [`file:${"0123456789abcdef".repeat(4)}`, /^file-[0-9a-f]{26}-[0-9a-f]{8}$/],
    ["page:https://example.org/../../etc/passwd", /^page-https-example\.org-[a-z.-]+-[0-9a-f]{8}$/],
    ["../..", /^[0-9a-f]{8}$/],
  ])("make the edition %j a safe slug", (id, slug) => {
    expect(editionSlug(id)).toMatch(slug);
    expect(editionSlug(id).length).toBeLessThanOrEqual(40);
  });

  it.each([
    ["you+papers@example.com", /^you\+papers@example\.com$/],
    ["You@example.com", /^you@example\.com-[0-9a-f]{8}$/],
    ["a/b*c@example.com", /^a-b-c@example\.com-[0-9a-f]{8}$/],
    ["jürgen@example.com", /^j-rgen@example\.com-[0-9a-f]{8}$/],
    [`${"a".repeat(64)}@${"b".repeat(60)}.example.com`, /^a{64}@b{6}-[0-9a-f]{8}$/],
  ])("make the address %j a safe slug", (address, slug) => {
    expect(addressSlug(address)).toMatch(slug);
  });

  it.each([
    ["search:C++", "search:C"],
    ["search:LLaVA", "search:llava"],
  ])("differ for %s and %s", (one, other) => {
    expect(editionSlug(one)).not.toBe(editionSlug(other));
  });
});
