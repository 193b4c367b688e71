import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { fixture, paperboy } from "../support/paperboy.js";
import { describeRealPages, realPage, realPagePath } from "../support/real-pages.js";
import { useServers } from "./servers.js";

const reader = "you@example.com";
const { site, smtp } = useServers();

function page(name: string): string {
  return readFileSync(fixture(`pages/${name}`), "utf8");
}

const daily = fixture("pages/daily.html");
const outbox = (home: string) =>
  existsSync(path.join(home, "outbox")) ? readdirSync(path.join(home, "outbox")).toSorted() : [];

describe("when the page's data is broken", () => {
  it("sends only titles and warns, without the API", async () => {
    const { exit, stderr, home } = await paperboy(["run", fixture("pages/cards-only.html"), "--to", reader]);
    expect(exit).toBe(0);
    expect(stderr).toMatch(/warning:.*titles only/);
    expect(outbox(home)).toHaveLength(2);
  });

  it.each([[], ["--dry-run"]])("names its warnings in the result %j", async (...flags) => {
    const args = ["run", fixture("pages/cards-only.html"), "--to", reader, "--json", ...flags];
    expect((await paperboy(args)).json()).toMatchObject({
      warnings: [expect.stringMatching(/not complete JSON/), expect.stringMatching(/titles only/)],
    });
    expect((await paperboy(["run", daily, "--to", reader, "--json", ...flags])).json()).toMatchObject({ warnings: [] });
  });

  it("takes abstracts from the API if `api` allows it", async () => {
    const { url } = await site({
      "/papers/date/2026-10-02": { body: page("cards-only.html") },
      "/api/daily_papers": { body: page("api.json"), headers: { "content-type": "application/json" } },
    });
    const environment = { PAPERBOY_SITE_URL: url, PAPERBOY_API: "true" };
    const { exit, stdout } = await paperboy(["parse", "2026-10-02"], { environment });
    expect(exit).toBe(0);
    const { reader: by, papers } = JSON.parse(stdout) as { reader: string; papers: { abstract: string | null }[] };
    expect(by).toBe("cards");
    expect(papers.every(({ abstract }) => abstract !== null)).toBe(true);
  });
});

it("turns a hostile page into harmless text, everywhere", async () => {
  const server = await smtp();
  const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: "digest@example.org" };
  const { exit } = await paperboy(["run", fixture("pages/hostile.html"), "--to", reader], { environment });
  expect(exit).toBe(0);
  const raw = server.messages[0]?.raw ?? "";
  const mail = await PostalMime.parse(raw);
  expect(mail.html).not.toMatch(/<(?:script|img[^>]+onerror|iframe)/i);
  expect(mail.html).not.toMatch(/(?:href|src)="?\s*javascript:/i);
  expect(`${mail.subject}${mail.html}${mail.text}`).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
  expect(mail.headers.filter(({ key }) => key === "bcc")).toEqual([]);
  expect(server.messages[0]?.envelope.to).toEqual([reader]);
});

describeRealPages("the day of 71 papers", () => {
  it.each(["file", "http"])("is sent from a %s", async (from) => {
    const { url } = await site({ "/papers/date/2026-05-13": { body: realPage("daily-2026-05-13.html"), br: true } });
    const source = from === "file" ? realPagePath("daily-2026-05-13.html") : "2026-05-13";
    const { json, home } = await paperboy(["run", source, "--to", reader, "--json"], {
      environment: { PAPERBOY_SITE_URL: url },
    });
    expect(json()).toMatchObject({ reason: "sent", editions: [{ date: "2026-05-13", papers: 71 }] });
    const mail = await PostalMime.parse(readFileSync(path.join(home, "outbox", outbox(home)[0] ?? "")));
    expect(Buffer.byteLength(mail.html ?? "")).toBeLessThanOrEqual(90_000);
    const linked = new Set(mail.html?.match(/\/papers\/\d{4}\.\d{5}(?=")/g));
    expect(linked.size).toBe(71);
  });
});
