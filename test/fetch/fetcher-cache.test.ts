import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Reply } from "../support/site.js";
import { at, HTML, useHarness } from "./harness.js";

const { site, fetcher, folder } = useHarness();

describe("the cache", () => {
  const etag = '"v1"';

  it("makes a second fetch a 304, also in another process", async () => {
    const cacheDir = await folder();
    const { url, requests } = await site({ "/day": { body: HTML, br: true, headers: { etag } } });
    const first = await fetcher({ cacheDir }).fetch(at(`${url}/day`));
    const second = await fetcher({ cacheDir, clock: () => new Date("2026-03-11T00:00:00Z") }).fetch(at(`${url}/day`));
    expect(second).toEqual({ ...first, from: "cache", fetchedAt: new Date("2026-03-11T00:00:00Z") });
    expect(requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, etag]);
  });

  it("validates by date when the site sends no ETag, and returns the new page", async () => {
    const cacheDir = await folder();
    const modified = { "last-modified": "Mon, 09 Mar 2026 10:00:00 GMT" };
    const { url, requests } = await site({
      "/day": [
        { body: "old", headers: modified },
        { body: "new", headers: modified },
      ],
    });
    await fetcher({ cacheDir }).fetch(at(`${url}/day`));
    expect(await fetcher({ cacheDir }).fetch(at(`${url}/day`))).toMatchObject({ body: "new", from: "network" });
    expect(requests[1]?.headers["if-modified-since"]).toBe("Mon, 09 Mar 2026 10:00:00 GMT");
  });

  it("sends the ETag to the final address only, not to the redirect", async () => {
    const cacheDir = await folder();
    const { url, requests } = await site({
      "/latest": { status: 302, headers: { location: "/day" } },
      "/day": { body: HTML, headers: { etag } },
    });
    for (const _ of [1, 2]) await fetcher({ cacheDir }).fetch(at(`${url}/latest`));
    expect(requests.map(({ path, headers }) => [path, headers["if-none-match"]])).toEqual([
      ["/latest", undefined],
      ["/day", undefined],
      ["/latest", undefined],
      ["/day", etag],
    ]);
  });

  it.each<[string, Reply]>([
    ["an error", { status: 404, headers: { etag } }],
    ["a robot check", { body: "<title>Just a moment...</title>", headers: { etag } }],
    ["a page that must not be stored", { body: HTML, headers: { etag, "cache-control": "private, no-store" } }],
    ["a page without tag or date", { body: HTML }],
  ])("keeps no %s", async (_name, reply) => {
    const cacheDir = await folder();
    const { url } = await site({ "/day": reply });
    await fetcher({ cacheDir })
      .fetch(at(`${url}/day`))
      .catch(() => {});
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it("fetches a damaged page again", async () => {
    const cacheDir = await folder();
    const { url, requests } = await site({ "/day": { body: HTML, headers: { etag } } });
    await fetcher({ cacheDir }).fetch(at(`${url}/day`));
    const body = (await readdir(cacheDir)).find((name) => name.endsWith(".body")) ?? "";
    await writeFile(path.join(cacheDir, body), "<p>half a pa");
    expect(await fetcher({ cacheDir }).fetch(at(`${url}/day`))).toMatchObject({ body: HTML, from: "network" });
    expect(requests[1]?.headers["if-none-match"]).toBeUndefined();
  });

  it("does not fail the fetch when it is not writable", async () => {
    const file = path.join(await folder(), "a-file");
    await writeFile(file, "");
    const { url } = await site({ "/day": { body: HTML, headers: { etag } } });
    const told: unknown[] = [];
    const page = await fetcher({ cacheDir: file, onCacheError: (error) => void told.push(error) }).fetch(
      at(`${url}/day`),
    );
    expect(page.body).toBe(HTML);
    expect(told).toMatchObject([{ code: "EEXIST" }]);
  });
});
