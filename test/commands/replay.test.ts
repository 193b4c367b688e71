import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Comparison } from "../../src/editions/records/compare.js";
import { fixture, freshHome, paperboy, projectRoot } from "../support/paperboy.js";
import { changedTemplates, recordsAlone, recordTen } from "./recorded.js";
import type { RecordedHome } from "./recorded.js";

const footer = readFileSync(path.join(projectRoot, "templates/partials/footer.text.hbs"), "utf8");

let recorded: RecordedHome;

beforeAll(async () => {
  recorded = await recordTen();
});

describe("a record", () => {
  it("is one folder per edition that a run froze", () => {
    expect(recorded.ids).toHaveLength(10);
    expect(recorded.ids[0]).toBe("20261002T070000Z-day-2026-10-01");
  });

  it("contains no addresses, and is readable only by its owner", () => {
    const names = readdirSync(path.join(recorded.home, "records"), { recursive: true, encoding: "utf8" });
    const all = names.map((name) => path.join(recorded.home, "records", name));
    expect(all.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
    const files = all.filter((file) => statSync(file).isFile());
    expect(files.filter((file) => /(?:you|second|third|fourth|daily)@/.test(readFileSync(file, "utf8")))).toEqual([]);
  });

  it("contains every page that a catch-up read, the time, and the versions", () => {
    const id = recorded.ids.find((name) => name.includes("20261008")) ?? "";
    const head = JSON.parse(readFileSync(path.join(recorded.home, "records", id, "record.json"), "utf8")) as {
      reads: { source: { name: string }; at: string; pages: { file: string }[] }[];
      versions: { node: string };
      edition: { days: string[] };
    };
    expect(head.reads.map(({ source }) => source.name)).toEqual(["2026-10-06", "2026-10-07"]);
    expect(head.edition.days).toEqual(["2026-10-06", "2026-10-07"]);
    expect(head.reads[0]?.at).toBe("2026-10-08T07:00:00.000Z");
    expect(head.versions.node).toBe(process.version);
  });

  it.each([
    { name: "not written without `records`", config: "", args: [], kept: 0 },
    { name: "not written by a dry run", config: "records: true\n", args: ["--dry-run"], kept: 0 },
    { name: "written for an edition", config: "records: true\n", args: [], kept: 1 },
  ])("is $name", async ({ config, args, kept }) => {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), config);
    await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com", ...args], { home });
    const folder = path.join(home, "records");
    expect(existsSync(folder) ? readdirSync(folder) : []).toHaveLength(kept);
  });

  it("is deleted when `recordKeep` newer ones exist, and so are unfinished ones", async () => {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), "records: true\nrecordKeep: 2\nto: you@example.com\n");
    for (const [index, page] of ["daily", "hostile", "week"].entries()) {
      await paperboy(["run", fixture(`pages/${page}.html`)], { home, now: `2026-10-2${index}T07:00:00Z` });
    }
    expect(readdirSync(path.join(home, "records")).map((name) => name.slice(0, 8))).toEqual(["20261021", "20261022"]);
  });

  it("that cannot be written is a warning, and the letters are sent", async () => {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), "records: true\n");
    writeFileSync(path.join(home, "records"), "a file in place of the folder");
    const run = await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], { home });
    expect(run.exit).toBe(0);
    expect(run.stdout).toMatch(/^sent: 1 of 1/);
    expect(run.stderr).toContain("could not be recorded");
  });
});

describe("paperboy replay", () => {
  it("renders ten editions again, byte for byte, without the site, the database and the key", async () => {
    const home = recordsAlone(recorded);
    for (const id of recorded.ids) {
      const { exit, json } = await paperboy(["replay", id, "--json"], { home, now: "2027-01-01T00:00:00Z" });
      const result = json();
      expect({ id, exit, identical: result["identical"] }).toEqual({ id, exit: 0, identical: true });
      expect((result["letters"] as { identical: boolean }[]).map(({ identical }) => identical)).not.toContain(false);
    }
    expect(readdirSync(home).toSorted()).toEqual(["paperboy.yaml", "records"]);
  });

  it.each([
    { part: "html", ending: ".html" },
    { part: "text", ending: ".txt" },
  ])("prints the $part part as the current code renders it", async ({ part, ending }) => {
    const [id = ""] = recorded.ids;
    const folder = path.join(recorded.home, "records", id, "letters");
    const { stdout, exit } = await paperboy(["replay", id, "--as", part], { home: recordsAlone(recorded) });
    expect(exit).toBe(0);
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    expect(names.map((name) => readFileSync(path.join(folder, name), "utf8"))).toContain(stdout);
  });

  it("prints the subject of the letter whose hash begins as given", async () => {
    const [id = ""] = recorded.ids;
    const home = recordsAlone(recorded);
    const [name = ""] = readdirSync(path.join(home, "records", id, "letters"));
    const { stdout } = await paperboy(["replay", id, "--as", "subject", "--letter", name.slice(0, 6)], { home });
    expect(stdout).toMatch(/^\S.*\n$/);
    const wrong = await paperboy(["replay", id, "--letter", "zz"], { home });
    expect(wrong.exit).toBe(2);
  });

  it("exits with the status of a failed check when a letter would differ today", async () => {
    const home = recordsAlone(recorded);
    const templates = changedTemplates(home, { "partials/footer.text.hbs": `${footer}Other words.\n` });
    const [id = ""] = recorded.ids;
    const { exit, stdout, json } = await paperboy(["replay", id, "--templates", templates, "--json"], { home });
    expect(exit).toBe(3);
    expect(stdout).toContain('"reason":"config-invalid"');
    expect(json()["identical"]).toBe(false);
  });

  it.each([
    { name: "an unknown id", spoil: () => undefined, args: ["../../etc"], says: /there is no record/ },
    {
      name: "a record without its page",
      spoil: (home: string, id: string) => rmSync(path.join(home, "records", id, "pages"), { recursive: true }),
      args: [],
      says: /cannot read .*pages\/1\.html: no such file/,
      status: 9,
    },
    {
      name: "a record that is damaged",
      spoil: (home: string, id: string) => writeFileSync(path.join(home, "records", id, "record.json"), "{"),
      args: [],
      says: /is damaged, or another version/,
    },
  ])("refuses $name", async ({ spoil, args, says, status = 2 }) => {
    const home = recordsAlone(recorded);
    spoil(home, recorded.ids.at(-1) ?? "");
    const { exit, stderr } = await paperboy(["replay", ...args], { home });
    expect(exit).toBe(status);
    expect(stderr).toMatch(says);
  });

  it("explains how to record runs when there are no records", async () => {
    const { exit, stderr } = await paperboy(["replay"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("records: true");
  });
});

async function changedBy(home: string, args: readonly string[] = []): Promise<readonly Comparison[]> {
  const { json, exit } = await paperboy(["diff", "--json", ...args], { home });
  expect(exit).toBe(0);
  return json()["changed"] as Comparison[];
}

describe("paperboy diff", () => {
  it("reports no differences when nothing has changed", async () => {
    const { stdout, exit } = await paperboy(["diff"], { home: recordsAlone(recorded) });
    expect({ stdout, exit }).toEqual({ stdout: "10 records: no differences\n", exit: 0 });
  });

  it("shows a changed template in each letter, and nothing else", async () => {
    const home = recordsAlone(recorded);
    const text = `${footer}A new last line.\n`;
    const templates = changedTemplates(home, { "partials/footer.text.hbs": text });
    const changed = await changedBy(home, ["--templates", templates]);
    expect(changed.map(({ id }) => id)).toEqual(recorded.ids);
    for (const record of changed) {
      expect({ in: record.papersIn, out: record.papersOut }).toEqual({ in: [], out: [] });
      for (const letter of record.letters.filter(({ hash }) => hash !== null)) {
        expect(letter.papersIn.concat(letter.papersOut)).toEqual([]);
        expect(letter.html).toEqual({ before: letter.html.before, after: letter.html.before, lines: 0 });
        expect(letter.subject).toBeUndefined();
        const changes = letter.diff.split("\n").filter((line) => /^[+-]/.test(line));
        expect(changes.filter((line) => line !== "+A new last line." && line.trim().length > 1)).toEqual([]);
        expect(letter.text.after).toBeGreaterThan(letter.text.before);
      }
    }
  });

  it("compares the newest records only, and shows sizes, the subject and the diff", async () => {
    const home = recordsAlone(recorded);
    const templates = changedTemplates(home, { "subject.hbs": "Another subject" });
    const { stdout } = await paperboy(["diff", "--last", "1", "--templates", templates], { home });
    expect(stdout).toContain("+ subject: Another subject");
    expect(stdout).toMatch(/^ {2}letter [0-9a-f]{16} of \d readers?: html /m);
    expect(stdout.endsWith("1 of 1 record would differ\n")).toBe(true);
  });

  it("uses today's view for readers with the configured one, and lists added and removed papers", async () => {
    const home = recordsAlone(recorded);
    const file = path.join(home, "paperboy.yaml");
    writeFileSync(file, `${readFileSync(file, "utf8")}view:\n  limit: 2\n`);
    const changed = await changedBy(home);
    const first = changed.find(({ id }) => id === recorded.ids[0]);
    const letters = first?.letters.filter(({ identical }) => !identical) ?? [];
    expect(letters).toHaveLength(1);
    expect(letters[0]?.papersIn).toEqual([]);
    expect(letters[0]?.papersOut).toHaveLength(4);
    expect(letters[0]?.readers).toBe(2);
  });

  it("continues when a record cannot be replayed, and reports why", async () => {
    const home = recordsAlone(recorded);
    writeFileSync(path.join(home, "records", recorded.ids[2] ?? "", "pages/1.html"), "<html>nothing</html>");
    const { stdout, exit } = await paperboy(["diff"], { home });
    expect(exit).toBe(0);
    expect(stdout).toContain(`${recorded.ids[2] ?? ""}\n  cannot be replayed: `);
    expect(stdout).toContain("1 of 10 records would differ");
  });
});
