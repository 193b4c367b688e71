import { writeFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import { useServers } from "./servers.js";

const { site, smtp } = useServers();
const PUBLIC_URL = "https://papers.example.org";

/** A Friday; the runs before it covered the days since Thursday, 1 October. */
const NOW = "2026-10-09T07:00:00Z";
const TOPICS = ["--include", "zeppelin husbandry"];

/** A home with one daily subscriber, and a site with papers on every day. */
async function homeWithSite(settings: Readonly<Record<string, unknown>> = {}) {
  const pages = await site({});
  for (let day = 1; day <= 12; day += 1) {
    const date = `2026-10-${String(day).padStart(2, "0")}`;
    const entries = manyEntries(3, day).map((entry, place) => ({
      ...entry,
      paper: { ...entry.paper, id: `2610.${10_000 + 10 * day + place}` },
    }));
    const body = buildPage({ kind: "day", date, nextDate: "2026-12-31", entries, site: pages.url });
    pages.set(`/papers/date/${date}`, { body });
  }
  const home = freshHome();
  writeFileSync(path.join(home, "paperboy.json"), JSON.stringify({ site: pages.url, ...settings }));
  const at = (now: string, ...args: string[]) => paperboy(args, { home, now });
  await at("2026-10-01T00:00:00Z", "subscribers", "add", "reader@example.com");
  await at("2026-10-02T07:00:00Z", "run");
  return { home, at, add: (...args: string[]) => at(NOW, "subscribers", ...args) };
}

describe("a view that matched nothing in the last week", () => {
  const WARNING = "no paper of the last week matches the view of";

  it("causes a warning in add, set, import and doctor, once there is a week of papers", async () => {
    const { home, at, add } = await homeWithSite({ unsubscribeAddress: "leave@example.org" });
    expect((await add("add", "early@example.com", ...TOPICS)).stderr).toBe("");
    const doctor = async () => (await at(NOW, "doctor", "--only", "config.views", "--json")).json()["checks"];
    expect((await at(NOW, "run", "--json")).json()["reason"]).toBe("sent");

    expect((await add("add", "lost@example.com", ...TOPICS)).stderr).toContain(`${WARNING} l…@example.com,`);
    expect((await add("set", "reader@example.com", "--min-upvotes", "9999")).stderr).toContain(`${WARNING} r…@`);
    expect((await add("set", "reader@example.com", "--reset")).stderr).toBe("");
    writeFileSync(path.join(home, "list.csv"), "email,include\n1@x.org,zeppelins\n2@x.org,\n3@x.org,zeppelins\n");
    const { stderr, exit } = await add("import", path.join(home, "list.csv"));
    expect(stderr).toContain(`${WARNING} 1…@x.org, 3…@x.org, who`);
    expect(exit).toBe(0);
    expect(await doctor()).toMatchObject([
      { result: "warn", detail: "no paper of the last week matches the view of 4 readers, such as e…@example.com" },
    ]);
  });

  it("is mailed to each daily or weekly reader once, with a link to the preferences", async () => {
    const mailbox = await smtp();
    const { at, add } = await homeWithSite({ smtp: mailbox.url, from: "digest@example.org", publicUrl: PUBLIC_URL });
    await add("add", "daily@example.com", ...TOPICS);
    await add("add", "other@example.com", "--language", "de", ...TOPICS);
    const told = async () => {
      const mails = await Promise.all(mailbox.messages.map(({ raw }) => PostalMime.parse(raw)));
      return mails.filter(({ subject = "" }) => /topics|Themen/.test(subject));
    };
    expect((await at(NOW, "run", "--json")).json()["reason"]).toBe("sent");
    const mails = await told();
    expect(mails.map(({ to, subject }) => `${to?.[0]?.address}: ${subject}`).toSorted()).toEqual([
      "daily@example.com: Your topics matched nothing this week: Paperboy",
      "other@example.com: Diese Woche nichts zu Ihren Themen: Paperboy",
    ]);
    for (const { text, html } of mails)
      expect([text, html].join("")).toMatch(/https:\/\/papers\.example\.org\/p\/[\w-]{23,34}\s/);
    await at("2026-10-10T07:00:00Z", "run");
    await at("2026-10-12T07:00:00Z", "run", "--to", "daily@example.com");
    expect(await told()).toHaveLength(2);
    await add("set", "daily@example.com", "--include", "origami husbandry");
    expect((await at("2026-10-12T07:30:00Z", "run", "--json")).json()["reason"]).toBe("sent");
    expect(await told()).toHaveLength(3);
  });
});
