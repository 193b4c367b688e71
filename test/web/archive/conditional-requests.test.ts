import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AGENTS, HARBOUR, openArchiveHarness } from "./harness.js";
import type { ArchiveHarness } from "./harness.js";
import { BASE } from "../site/harness.js";

let harness: ArchiveHarness;
beforeEach(async () => {
  harness = await openArchiveHarness();
});
afterEach(() => harness.close());

describe("a response of the archive", () => {
  it.each([
    "/archive",
    "/archive/2026-10-02",
    "/paper/2610.00001",
    "/feed/editions.rss",
    "/feed/papers.json?topic=maps",
  ])("is 304 for a client with the current version: %s", async (path) => {
    await harness.save("day:2026-10-02");
    const first = await harness.ask(path);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect(first.headers.get("cache-control")).toBe("public, max-age=300");
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const answer = await harness.ask(path, { "if-none-match": known });
      expect([answer.status, await answer.text()]).toEqual([304, ""]);
      expect(answer.headers.get("etag")).toBe(tag);
    }
    expect((await harness.ask(path, { "if-none-match": `"other"` })).status).toBe(200);
    const head = await harness.request("HEAD", BASE + path);
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, tag, ""]);
  });

  it("supports If-Modified-Since without an entity tag", async () => {
    await harness.save("day:2026-10-02");
    const first = await harness.ask("/feed/editions.rss");
    const changed = first.headers.get("last-modified") ?? "";
    expect(changed).toBe("Mon, 05 Oct 2026 07:00:00 GMT");
    expect((await harness.ask("/feed/editions.rss", { "if-modified-since": changed })).status).toBe(304);
    const before = "Mon, 05 Oct 2026 06:59:59 GMT";
    expect((await harness.ask("/feed/editions.rss", { "if-modified-since": before })).status).toBe(200);
    expect((await harness.ask("/feed/editions.rss", { "if-modified-since": "yesterday" })).status).toBe(200);
    const both = { "if-none-match": `"other"`, "if-modified-since": changed };
    expect((await harness.ask("/feed/editions.rss", both)).status).toBe(200);
  });

  it.each(["/archive", "/feed/editions.rss", "/feed/papers.atom"])(
    "is renewed when the archive changes: %s",
    async (path) => {
      await harness.save("day:2026-10-02", [AGENTS]);
      const before = (await harness.ask(path)).headers.get("etag");
      await harness.save("day:2026-10-05", [HARBOUR]);
      const after = await harness.ask(path, { "if-none-match": before ?? "" });
      expect(after.status).toBe(200);
      expect(await after.text()).toContain("Harbour maps");
    },
  );
});
