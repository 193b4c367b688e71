import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";

const DAILY = fixture("pages/daily.html");
const LIBRARY = `@article{courier, title = {Couriers that plan}, abstract = {Language agents plan the morning before it starts.}}
@article{planner, title = {Planning agents}, abstract = {A language agent plans its tool use.}}
`;

function homeWith(files: Readonly<Record<string, string>>): string {
  const home = freshHome();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(home, name), text);
  return home;
}

function mailsIn(home: string): string[] {
  const names = readdirSync(path.join(home, "outbox"), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".eml")).map((name) => path.join(home, "outbox", name));
}

function ranked(run: Run): string[] {
  const { papers } = run.json() as { papers: { id: string; rank: number | null }[] };
  return papers.filter(({ rank }) => rank !== null).map(({ id }) => id);
}

describe("explain --interests", () => {
  it("ranks papers close to those of a file first, and says why", async () => {
    const home = homeWith({ "likes.bib": LIBRARY });
    const args = ["explain", DAILY, "--interests", "likes.bib"];
    const json = await paperboy([...args, "--json"], { home });
    expect(ranked(json)[0]).toBe("2610.00417");
    expect(ranked(await paperboy([...args, "--order", "interests", "--json"], { home }))).toEqual(ranked(json));
    const shown = await paperboy(args, { home });
    expect(shown.stdout).toMatch(/^1 +2610\.00417 .*close to “(?:Couriers that plan|Planning agents)” \([a-z, ]+\)/m);
  });

  it("accepts the id of an unknown paper", async () => {
    const home = homeWith({ "paperboy.yaml": "site: http://127.0.0.1:9\n" });
    const run = await paperboy(["explain", DAILY, "--interests", "2603.14473", "--json"], { home });
    expect(run.exit).toBe(0);
    expect(ranked(run).length).toBeGreaterThan(5);
  });

  it.each([
    ["broken.bib", "@article{a,\n  title = {Lanterns}\n  year = 2026\n}\n", 2, "broken.bib:3: not valid BibTeX"],
    ["missing.ris", null, 9, "missing.ris"],
  ])("refuses %s", async (name, text, exit, message) => {
    const home = homeWith(text === null ? {} : { [name]: text });
    const run = await paperboy(["explain", DAILY, "--interests", name], { home });
    expect(run.exit).toBe(exit);
    expect(run.stderr).toContain(message);
  });
});

describe("interests of the configuration", () => {
  const SETTINGS = "records: true\nto: you@example.com\nview:\n  interests: [likes.bib, tool use]\n";

  it("order the letter, which says why; a replay is identical, also when the file is gone", async () => {
    const home = homeWith({ "paperboy.yaml": SETTINGS, "likes.bib": LIBRARY });
    expect((await paperboy(["run", DAILY], { home })).exit).toBe(0);
    writeFileSync(path.join(home, "likes.bib"), "@article{other, title = {Robots}, abstract = {Robots move boxes.}}");
    const replay = await paperboy(["replay", "--json"], { home });
    expect(replay.exit).toBe(0);
    expect(replay.json()).toMatchObject({ identical: true });
    const text = await paperboy(["render", DAILY, "--as", "text", "--interests", "likes.bib"], { home });
    expect(text.stdout).toContain("close to “Robots”");
  });

  it("may be ids without quotes, which YAML reads as numbers", async () => {
    const home = homeWith({ "paperboy.yaml": "view:\n  interests: [2603.14470, likes.bib]\n", "likes.bib": LIBRARY });
    const shown = await paperboy(["config", "--json"], { home });
    expect(shown.stdout).toContain('["2603.14470","file:likes.bib"]');
  });

  it("do not stop a run when their file is broken", async () => {
    const home = homeWith({ "paperboy.yaml": SETTINGS, "likes.bib": "Dear reader" });
    const run = await paperboy(["run", DAILY, "--json"], { home });
    expect(run.exit).toBe(0);
    expect(run.json()["warnings"]).toEqual([expect.stringMatching(/^view\.interests: likes\.bib: it has no entry/)]);
  });
});

describe("a subscriber's interests", () => {
  it("grow by a link of each paper, which contains the reader's own token", async () => {
    const home = homeWith({ "paperboy.yaml": "publicUrl: https://papers.example.org\n" });
    for (const name of ["first", "second"]) await paperboy(["subscribers", "add", `${name}@example.com`], { home });
    expect((await paperboy(["run", DAILY, "--json"], { home })).json()["reason"]).toBe("sent");
    const letters = await Promise.all(mailsIn(home).map((file) => PostalMime.parse(readFileSync(file))));
    const tokens = letters.map(({ html = "", text = "" }) => {
      const asked = [...html.matchAll(/"https:\/\/papers\.example\.org\/p\/([\w-]+)\/likes\?paper&#x3D;([\d.]+)"/g)];
      expect(asked.length).toBeGreaterThan(5);
      const [own, ...others] = new Set(asked.map(([, token]) => token));
      expect(others).toEqual([]);
      expect(text).toContain(`https://papers.example.org/p/${own}/likes\n`);
      return own;
    });
    expect(new Set(tokens).size).toBe(2);
  });

  it("are set from a file, exported, imported again, and erased", async () => {
    const home = homeWith({ "likes.bib": LIBRARY });
    await paperboy(["subscribers", "add", "reader@example.com"], { home });
    const set = await paperboy(["subscribers", "set", "reader@example.com", "--interests", "likes.bib", "--json"], {
      home,
    });
    expect(set.json()["subscriber"]).toMatchObject({
      order: "interests",
      interests: [
        "Couriers that plan | Language agents plan the morning before it starts.",
        "Planning agents | A language agent plans its tool use.",
      ],
    });
    const exported = await paperboy(["subscribers", "export"], { home });
    const other = homeWith({ "list.csv": exported.stdout });
    expect((await paperboy(["subscribers", "import", "list.csv"], { home: other })).exit).toBe(0);
    expect((await paperboy(["subscribers", "export"], { home: other })).stdout).toBe(exported.stdout);
    expect((await paperboy(["run", DAILY, "--json"], { home: other })).json()["reason"]).toBe("sent");
    const none = await paperboy(["subscribers", "set", "reader@example.com", "--reset", "--json"], { home });
    expect(none.json()["subscriber"]).toMatchObject({ order: "votes", interests: null });
  });
});
