import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { openStore } from "../../src/app/open-store.js";
import { put, take } from "../subscribers/files.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";

const you = "you@example.com";

async function homeWith(...addresses: readonly string[]): Promise<string> {
  const { home, exit } = await paperboy(["subscribers", "add", ...addresses]);
  expect(exit).toBe(0);
  return home;
}

async function show(home: string, address = you): Promise<Record<string, unknown>> {
  const { json } = await paperboy(["subscribers", "show", address, "--json"], { home });
  return json()["subscriber"] as Record<string, unknown>;
}

describe("add", () => {
  it("adds subscribers with their preferences over the view of the configuration", async () => {
    const home = freshHome();
    put(home, "paperboy.yaml", "view:\n  language: de\n  limit: 7\n");
    const flags = ["--frequency", "weekly", "--include", " agents ", "--limit", "5", "--author", "A. Person"];
    const { exit, stdout } = await paperboy(["subscribers", "add", you, "other@EXAMPLE.com", ...flags], { home });
    expect([exit, stdout]).toEqual([0, "2 added\n"]);
    const preferences = { frequency: "weekly", language: "de", limit: 5, include: ["agents"], authors: ["A. Person"] };
    expect(await show(home, "OTHER@example.com")).toMatchObject({
      email: "other@example.com",
      state: "active",
      ...preferences,
    });
  });

  it("leaves known subscribers unchanged, and points to `set`", async () => {
    const home = await homeWith(you);
    const { exit, stdout, stderr } = await paperboy(["subscribers", "add", "YOU@example.com", "--limit", "5"], {
      home,
    });
    expect([exit, stdout]).toEqual([0, "0 added, 1 known already\n"]);
    expect(stderr).toContain("paperboy subscribers set");
    expect(await show(home)).toMatchObject({ limit: null });
  });

  it("subscribes a person who was named only by a run so far", async () => {
    const { home } = await paperboy(["run", fixture("pages/daily.html"), "--to", you]);
    expect(await show(home)).toMatchObject({ origin: "named" });
    const listed = async (...more: string[]) => (await paperboy(["subscribers", "list", ...more], { home })).stdout;
    expect(await listed()).toBe("no subscribers yet; --named lists the people whom runs named\n");
    expect(await listed("--named")).toMatch(/^you@example\.com +en +named\n/);
    expect((await paperboy(["subscribers", "add", you], { home })).stdout).toBe("1 added\n");
    expect(await show(home)).toMatchObject({ origin: "operator" });
  });

  it.each([
    ["a word without an @", ["add", you, "nobody"], /"nobody" does not have exactly one @/],
    ["a limit of 0", ["add", you, "--limit", "0"], /--limit 0: .*1/],
    ["a limit over 500", ["add", you, "--limit", "501"], /--limit 501: .*500/],
    ["a blank phrase", ["add", you, "--include", " "], /--include /],
    ["an unknown frequency", ["add", you, "--frequency", "hourly"], /Expected one of: daily, weekly, monthly/],
  ])("refuses %s, and adds no one", async (_, args, why) => {
    const { exit, stderr, home } = await paperboy(["subscribers", ...args]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(why);
    expect((await paperboy(["subscribers", "list"], { home })).stdout).toBe("no subscribers yet\n");
  });
});

describe("list", () => {
  it("prints one line per subscriber, then the count by state", async () => {
    const home = await homeWith("a@example.com", "b@example.com", "c@example.com");
    await paperboy(["subscribers", "remove", "b@example.com"], { home });
    const all = (await paperboy(["subscribers", "list"], { home })).stdout.trimEnd().split("\n");
    expect(all.map((line) => line.split(/\s+/)[0])).toEqual(["a@example.com", "b@example.com", "c@example.com", "3"]);
    expect(all.at(-1)).toBe("3 subscribers: 2 active, 1 gone");
    const gone = await paperboy(["subscribers", "list", "--state", "gone"], { home });
    expect(gone.stdout).toMatch(/^b@example\.com +gone +daily +en +operator\n3 subscribers/);
    expect((await paperboy(["subscribers", "list", "--limit", "1"], { home })).stdout).toMatch(
      /^a@example\.com.*\n3 subscribers/,
    );
  });

  it("prints only JSON lines with --json, which import reads", async () => {
    const home = await homeWith("a@example.com", "b@example.com");
    const { stdout } = await paperboy(["subscribers", "list", "--json"], { home });
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(lines).toMatchObject([{ email: "a@example.com", language: "en" }, { email: "b@example.com" }]);
    const copied = await paperboy(["subscribers", "import", "-"], { stdin: stdout });
    expect(copied.stdout).toBe("2 added, of 2\n");
  });
});

describe("show", () => {
  it("shows preferences and the last letters, the newest first", async () => {
    const page = fixture("pages/daily.html");
    const { home } = await paperboy(["run", page, "--to", you]);
    await paperboy(["run", page, "--to", "other@example.com"], { home });
    const text = await paperboy(["subscribers", "show", you], { home });
    expect(text.stdout).toMatch(/^email +you@example\.com\nstate +active\n/);
    expect(text.stdout).toMatch(/\n\nfile:[0-9a-f]{64} +outbox +sent /);
    const { json } = await paperboy(["subscribers", "show", you, "--json"], { home });
    expect(json()).toMatchObject({ deliveries: [{ channel: "outbox", state: "sent", attempts: 1 }] });
  });

  it("strips control characters from preferences", async () => {
    const home = await homeWith(you);
    const store = await openStore({ target: path.join(home, "paperboy.db"), key: Buffer.from("another") });
    await store.subscribers.change(you, { view: { ...DEFAULT_VIEW, include: ["a\u001b[2Jb"] } }, new Date(0));
    await store.close();
    expect((await paperboy(["subscribers", "show", you], { home })).stdout).toContain("a[2Jb");
  });

  it("distinguishes an unknown subscriber from an erased one", async () => {
    const home = await homeWith(you);
    const unknown = await paperboy(["subscribers", "show", "nobody@example.com"], { home });
    expect([unknown.exit, unknown.stderr]).toEqual([2, expect.stringContaining("no subscriber has this address")]);
    await paperboy(["subscribers", "erase", you, "--yes"], { home });
    const erased = await paperboy(["subscribers", "show", you], { home });
    expect([erased.exit, erased.stderr]).toEqual([2, expect.stringContaining("this subscriber was erased")]);
  });
});

describe("set", () => {
  it("changes only the given preferences", async () => {
    const home = await homeWith(you, "--include", "agents", "--limit", "5");
    const { exit, stdout } = await paperboy(["subscribers", "set", you, "--frequency", "weekly", "--limit", "9"], {
      home,
    });
    expect([exit, stdout]).toEqual([0, "active, weekly\n"]);
    expect(await show(home)).toMatchObject({ frequency: "weekly", limit: 9, include: ["agents"] });
    await paperboy(["subscribers", "set", you, "--reset", "--pictures"], { home });
    expect(await show(home)).toMatchObject({ frequency: "weekly", limit: null, include: [], pictures: true });
  });

  it("pauses until a day, or without an end", async () => {
    const home = await homeWith(you);
    await paperboy(["subscribers", "set", you, "--pause-until", "2026-11-01"], { home });
    expect(await show(home)).toMatchObject({ state: "paused", paused_until: "2026-11-01T00:00:00.000Z" });
    await paperboy(["subscribers", "set", you, "--state", "paused"], { home });
    expect(await show(home)).toMatchObject({ state: "paused", paused_until: null });
    await paperboy(["subscribers", "set", you, "--state", "active"], { home });
    expect(await show(home)).toMatchObject({ state: "active" });
  });

  it("reactivates a subscriber who left only with --yes", async () => {
    const home = await homeWith(you);
    await paperboy(["subscribers", "remove", you], { home });
    const refused = await paperboy(["subscribers", "set", you, "--state", "active"], { home });
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining("this subscriber has left")]);
    await paperboy(["subscribers", "set", you, "--limit", "3"], { home });
    expect(await show(home)).toMatchObject({ state: "gone", limit: 3 });
    expect((await paperboy(["subscribers", "set", you, "--state", "active", "--yes"], { home })).exit).toBe(0);
    expect(await show(home)).toMatchObject({ state: "active" });
  });

  it.each([
    ["nothing", [], /nothing to change/],
    ["an invalid day", ["--pause-until", "2026-02-30"], /--pause-until "2026-02-30"/],
    ["a day in the past", ["--pause-until", "2026-10-01"], /is in the past/],
    [
      "a pause with another state",
      ["--pause-until", "2026-11-01", "--state", "gone"],
      /--pause-until contradicts --state gone/,
    ],
    ["a number in scientific notation", ["--min-upvotes", "1e99"], /whole number/],
  ])("refuses %s", async (_, flags, why) => {
    const home = await homeWith(you);
    const { exit, stderr } = await paperboy(["subscribers", "set", you, ...flags], { home });
    expect(exit).toBe(2);
    expect(stderr).toMatch(why);
    expect(await show(home)).toMatchObject({ state: "active", paused_until: null });
  });
});

describe("remove and erase", () => {
  it("keeps a removed subscriber as gone, so that no import can add it again", async () => {
    const home = await homeWith(you);
    expect((await paperboy(["subscribers", "remove", you], { home })).exit).toBe(0);
    const again = await paperboy(["subscribers", "import", "-"], { home, stdin: `email\n${you}\n` });
    expect([again.exit, again.stderr]).toEqual([
      2,
      expect.stringContaining("0 added, 1 left or bounced here before, of 1\n"),
    ]);
    const added = await paperboy(["subscribers", "add", you], { home });
    expect([added.exit, added.stderr]).toEqual([2, expect.stringContaining("0 added, 1 left or bounced before\n")]);
    expect(await show(home)).toMatchObject({ state: "gone" });
    expect((await paperboy(["subscribers", "remove", "nobody@example.com"], { home })).exit).toBe(2);
  });

  it("erases all data about a person, except a hash", async () => {
    const home = await homeWith("erase-me-please@example.com");
    const { exit, stdout } = await paperboy(["subscribers", "erase", "erase-me-please@example.com", "--yes"], { home });
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^erased: /)]);
    expect(stdout).not.toContain("erase-me");
    const store = await openStore({ target: path.join(home, "paperboy.db"), key: Buffer.from("another") });
    await store.backup(path.join(home, "copy.db"));
    await store.close();
    expect(readFileSync(path.join(home, "copy.db")).includes("erase-me")).toBe(false);
    const again = await paperboy(["subscribers", "add", "Erase-Me-Please@example.com"], { home });
    expect([again.exit, again.stderr]).toEqual([2, expect.stringContaining("0 added, 1 erased before")]);
  });

  it.each([
    { isTTY: false, stdin: "y\n", erased: false },
    { isTTY: true, stdin: "\n", erased: false },
    { isTTY: true, stdin: "", erased: false },
    { isTTY: true, stdin: "y\n", erased: true },
  ])("asks for confirmation on a terminal only: %j", async ({ erased, ...options }) => {
    const home = await homeWith(you);
    const { exit, stderr } = await paperboy(["subscribers", "erase", you], { home, ...options });
    expect(exit).toBe(erased ? 0 : 2);
    expect(stderr.includes("[y/N]")).toBe(options.isTTY);
    const store = await openStore({ target: path.join(home, "paperboy.db"), key: Buffer.from("another") });
    expect((await store.subscribers.find(you)) === null).toBe(erased);
    await store.close();
  });
});

async function exported(home: string): Promise<string> {
  return (await paperboy(["subscribers", "export"], { home })).stdout;
}

describe("export", () => {
  it("writes a file that import reads without loss", async () => {
    const home = await homeWith("a@example.com", "b@example.com", "--include", "a; b", "--include", 'say "hi"');
    const { exit, stdout } = await paperboy(["subscribers", "export", "-o", "all.csv"], { home });
    expect([exit, stdout]).toEqual([0, "written to all.csv: 2 subscribers: 2 active\n"]);
    expect(statSync(path.join(home, "all.csv")).mode & 0o777).toBe(0o600);
    const copy = freshHome();
    put(copy, "all.csv", take(home, "all.csv"));
    await paperboy(["subscribers", "import", "all.csv"], { home: copy });
    expect(await exported(copy)).toBe(await exported(home));
    expect(await show(copy, "a@example.com")).toMatchObject({ include: ["a; b", 'say "hi"'] });
  });

  it("writes JSON lines, one state only, and fails with io-failed where it cannot write", async () => {
    const home = await homeWith("a@example.com", "b@example.com");
    await paperboy(["subscribers", "remove", "a@example.com"], { home });
    const { stdout } = await paperboy(["subscribers", "export", "--as", "json", "--state", "gone"], { home });
    expect(JSON.parse(stdout)).toMatchObject({ email: "a@example.com", state: "gone" });
    expect((await paperboy(["subscribers", "export", "-o", "no/all.csv"], { home })).exit).toBe(9);
  });
});
