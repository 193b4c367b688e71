import { describe, expect, it } from "vitest";
import { projectUrl } from "../../src/core/project.js";
import { userAgent } from "../../src/fetch/fetcher.js";
import type { Reply } from "../support/site.js";
import { at, HTML, NOW, redirect, useHarness } from "./harness.js";

const { site, fetcher } = useHarness();

describe("a page from a site", () => {
  it("has its address, type and time, and is requested with a User-Agent", async () => {
    const { url, requests } = await site({ "/day": { body: HTML } });
    expect(await fetcher().fetch(at(`${url}/day?x=1#top`))).toEqual({
      url: `${url}/day?x=1#top`,
      body: HTML,
      mediaType: "text/html",
      fetchedAt: NOW,
      generatedAt: NOW,
      from: "network",
    });
    expect(requests[0]).toMatchObject({
      method: "GET",
      path: "/day?x=1",
      headers: {
        "user-agent": `Paperboy/0.1.0 (+${projectUrl()}; ops@bakery.example)`,
        "accept-encoding": "gzip, br, deflate",
      },
    });
  });

  it.each<[string, Reply]>([
    ["gzip", { body: HTML, gzip: true }],
    ["brotli", { body: HTML, br: true }],
    ["latin1", { body: Buffer.from(HTML, "latin1"), headers: { "content-type": "text/html; charset=ISO-8859-1" } }],
    ["no type at all", { body: HTML, headers: { "content-type": "" } }],
  ])("is read in %s", async (_name, reply) => {
    const { url } = await site({ "/day": reply });
    expect(await fetcher().fetch(at(`${url}/day`))).toMatchObject({ body: HTML });
  });

  it("is followed through redirects on the same site and has the final address", async () => {
    const { url } = await site({
      "/1": redirect("/2"),
      "/2": redirect("3"),
      "/3": redirect("/4"),
      "/4": redirect("/5"),
      "/5": redirect("/day"),
      "/day": { body: HTML },
    });
    expect(await fetcher().fetch(at(`${url}/1`))).toMatchObject({ url: `${url}/day`, body: HTML });
  });

  it("can be requested with credentials in the address, which are never shown", async () => {
    const { url, requests } = await site({
      "/1": { status: 301, headers: { location: "/day" } },
      "/day": { body: HTML },
    });
    const page = await fetcher().fetch(at(`${url.replace("//", "//me:p%40ss%@")}/1`));
    expect(page.url).toBe(`${url}/day`);
    const expected = `Basic ${Buffer.from("me:p@ss%").toString("base64")}`;
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([expected, expected]);
  });
});

describe("userAgent", () => {
  it.each([
    [null, `Paperboy/1.2.3 (+${projectUrl()})`],
    ["a@b.example", `Paperboy/1.2.3 (+${projectUrl()}; a@b.example)`],
    ["a)\r\nx-evil: 1", `Paperboy/1.2.3 (+${projectUrl()}; ax-evil: 1)`],
  ])("with the contact %j", (contact, expected) => {
    expect(userAgent("1.2.3", contact)).toBe(expected);
  });
});
