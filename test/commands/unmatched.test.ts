import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import { useServers } from "./servers.js";

const { site } = useServers();

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

  it("is a warning when it is added, set or imported, and in doctor, once there is a week", async () => {
    const { home, at, add } = await homeWithSite({ unsubscribeAddress: "leave@example.org" });
    expect((await add("add", "early@example.com", ...TOPICS)).stderr).toBe("");
    const doctor = async () => (await at(NOW, "doctor", "--only", "config.views", "--json")).json()["checks"];
    expect(await doctor()).toMatchObject([{ result: "skipped" }]);
    expect((await at(NOW, "run", "--json")).json()["reason"]).toBe("sent");

    expect((await add("add", "lost@example.com", ...TOPICS)).stderr).toContain(`${WARNING} l…@example.com,`);
    expect((await add("set", "reader@example.com", "--min-upvotes", "9999")).stderr).toContain(`${WARNING} r…@`);
    expect((await add("set", "reader@example.com", "--reset")).stderr).toBe("");
    writeFileSync(path.join(home, "list.csv"), "email,include\n1@x.org,zeppelins\n2@x.org,\n3@x.org,zeppelins\n");
    for (const dryRun of [["--dry-run"], []]) {
      const { stderr, exit } = await add("import", path.join(home, "list.csv"), ...dryRun);
      expect(stderr).toContain(`${WARNING} 1…@x.org, 3…@x.org, who`);
      expect(exit).toBe(0);
    }
    expect(await doctor()).toMatchObject([
      { result: "warn", detail: "no paper of the last week matches the view of 4 readers, such as e…@example.com" },
    ]);
  });
});
