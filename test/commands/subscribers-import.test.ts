import { statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { put, take } from "../subscribers/files.js";
import { freshHome, paperboy } from "../support/paperboy.js";

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

const FILE = "email,limit,nonsense\na@example.com,5,\nA@example.com,,\nb@example.com,0,\nnobody,,\nc@example.com,,x\n";

describe("import", () => {
  it("imports the valid rows and warns of the others by line number, without their addresses", async () => {
    const home = freshHome();
    put(home, "subscribers.csv", FILE);
    const { exit, stdout, stderr } = await paperboy(["subscribers", "import", "subscribers.csv"], { home });
    expect([exit, stdout]).toEqual([0, "2 added, 1 twice in the file, 2 refused, of 5\n"]);
    expect(stderr.split("\n")).toEqual([
      'warning: unknown columns: "nonsense"',
      "warning: line 3: repeats an address from an earlier line",
      expect.stringMatching(/^warning: line 4: limit 0: .*1/),
      "warning: line 5: the address does not have exactly one @",
      "",
    ]);
  });

  it("recognises a person in every spelling of the address", async () => {
    const [address, decomposed] = ["ann\u00E9@b\u00FCcher.example", "anne\u0301@xn--bcher-kva.example"];
    const home = await homeWith("erase-me\u00E9@example.com", address, decomposed);
    await paperboy(["subscribers", "erase", "erase-mee\u0301@example.com", "--yes"], { home });
    const stdin = `email\n${decomposed}\n${address}\nerase-me\u00E9@example.com\nnewe\u0301@example.com\nnew\u00E9@example.com\n`;
    const imported = await paperboy(["subscribers", "import", "-", "--json"], { home, stdin });
    expect(imported.json()).toMatchObject({ rows: 5, added: 1, known: 1, duplicate: 2, suppressed: 1 });
    const { stdout } = await paperboy(["subscribers", "list", "--json"], { home });
    expect(stdout.trim().split("\n")).toHaveLength(2);
  });

  it("imports thousands of rows, and recognises all of them the next time", async () => {
    const home = freshHome();
    const rows = Array.from({ length: 6000 }, (_, index) => `reader${index}@example.com,${(index % 40) + 1}\n`);
    put(home, "subscribers.csv", `email,limit\n${rows.join("")}${rows.slice(0, 500).join("").toUpperCase()}`);
    const first = await paperboy(["subscribers", "import", "subscribers.csv", "--json"], { home });
    expect(first.json()).toMatchObject({ rows: 6500, added: 6000, duplicate: 500, known: 0, refused: 0 });
    const second = await paperboy(["subscribers", "import", "subscribers.csv", "--json"], { home });
    expect(second.json()).toMatchObject({ rows: 6500, added: 0, duplicate: 500, known: 6000, refused: 0 });
    expect(await show(home, "reader4321@example.com")).toMatchObject({ limit: 2 });
  });

  it("reads standard input, and prints the counts as JSON", async () => {
    const { exit, json, home } = await paperboy(["subscribers", "import", "-", "--json"], {
      stdin: FILE,
    });
    expect(exit).toBe(0);
    expect(json()).toMatchObject({ rows: 5, added: 2, known: 0, duplicate: 1, suppressed: 0, refused: 2 });
    expect(await show(home, "a@example.com")).toMatchObject({ limit: 5, origin: "operator" });
  });

  it("imports a list of Mailchimp in Latin-1, and warns of the encoding", async () => {
    const home = freshHome();
    const list = "Email Address;First Name;TOPICS\r\nJörg <a@example.com>;Jörg;agents, robots\r\nleo@example;Leo;\r\n";
    put(home, "subscribed_export.csv", Buffer.from(list, "latin1"));
    const { exit, stdout, stderr } = await paperboy(["subscribers", "import", "subscribed_export.csv"], { home });
    expect([exit, stdout]).toEqual([0, "1 added, 1 refused, of 2\n"]);
    expect(stderr).toContain("warning: the file is not UTF-8 and was read as Windows-1252 (Latin-1)\n");
    expect(stderr).toContain("warning: line 3: the address has no full domain after the @, such as example.com\n");
    expect(await show(home, "a@example.com")).toMatchObject({ include: ["agents", "robots"] });
  });

  it("keeps the people of a file of unsubscribed contacts as gone", async () => {
    const home = freshHome();
    put(home, "unsubscribed_export.csv", "Email Address\nyou@example.com\n");
    const { exit, stderr } = await paperboy(["subscribers", "import", "unsubscribed_export.csv"], { home });
    expect(exit).toBe(2);
    expect(stderr).toContain('is not subscribed elsewhere (the file "unsubscribed_export.csv") and is never mailed');
    expect(await show(home)).toMatchObject({ state: "gone" });
  });

  it("changes nothing in a dry run", async () => {
    const { exit, stdout, home } = await paperboy(["subscribers", "import", "-", "--dry-run"], { stdin: FILE });
    expect([exit, stdout]).toEqual([0, "2 would be added, 1 twice in the file, 2 refused, of 5\n"]);
    expect((await paperboy(["subscribers", "list"], { home })).stdout).toBe("no subscribers yet\n");
  });

  it("writes a report of every line that added no subscriber", async () => {
    const home = await homeWith("c@example.com");
    const { stderr } = await paperboy(["subscribers", "import", "-", "--report", "report.csv"], { home, stdin: FILE });
    expect(stderr).not.toContain("line");
    const lines = take(home, "report.csv").split("\n");
    expect(lines.map((line) => line.split(",").slice(0, 3).join(","))).toEqual([
      "line,problem,email",
      "3,duplicate,A@example.com",
      "4,wrong-value,b@example.com",
      "5,bad-address,nobody",
      "6,known,c@example.com",
      "",
    ]);
    expect(statSync(path.join(home, "report.csv")).mode & 0o777).toBe(0o600);
  });

  it("exits with 0 when all rows are known, and with 2 when none could be imported", async () => {
    const home = await homeWith(you);
    const known = await paperboy(["subscribers", "import", "-"], { home, stdin: `email\n${you}\n` });
    expect([known.exit, known.stdout, known.stderr]).toEqual([0, "0 added, 1 known already, of 1\n", ""]);
    await paperboy(["subscribers", "erase", you, "--yes"], { home });
    const erased = await paperboy(["subscribers", "import", "-"], { home, stdin: `email\n${you}\nnobody\n` });
    expect(erased.exit).toBe(2);
    expect(erased.stderr).toContain("no subscribers were imported: 0 added, 1 erased before, 1 refused, of 2");
  });

  it.each([
    ["a header alone", "email,state\n"],
    ["an empty list", "[ ]"],
    ["blank lines", "email\n\n \n"],
  ])("exits with 2 for a file without rows: %s", async (_, stdin) => {
    const { exit, stderr } = await paperboy(["subscribers", "import", "-"], { stdin });
    expect({ exit, stderr }).toMatchObject({ exit: 2 });
    expect(stderr).toMatch(/no subscribers were imported: the file has no rows\n$/);
  });

  it("keeps people who left elsewhere as gone, and never mails them", async () => {
    const stdin =
      "id,email,name,note,subscribed_to_emails,labels\r1,anna@example.com,Anna,,true,\r2,bernd@example.com,Bernd,,false,\r";
    const { exit, stdout, stderr, home } = await paperboy(["subscribers", "import", "-"], { stdin });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: "1 added, 1 not subscribed elsewhere, of 2\n" });
    expect(stderr).toContain(
      'warning: line 3: is not subscribed elsewhere (subscribed_to_emails "false") and is never mailed\n',
    );
    expect(stderr).not.toMatch(/unknown columns:.*subscribed_to_emails/);
    expect(await show(home, "bernd@example.com")).toMatchObject({ state: "gone" });
    const again = await paperboy(["subscribers", "import", "-"], { home, stdin: "email\nbernd@example.com\n" });
    expect([again.exit, again.stderr]).toEqual([
      2,
      expect.stringMatching(/line 2: left or bounced here before[^]*: 0 added, 1 left or bounced here before, of 1\n$/),
    ]);
    expect(await show(home, "bernd@example.com")).toMatchObject({ state: "gone" });
  });

  it("exits with 2 when all people in the file left elsewhere, and keeps them as gone", async () => {
    const stdin = "email,type\na@example.com,unsubscribed\nb@example.com,churned\n";
    const { exit, stderr, home } = await paperboy(["subscribers", "import", "-"], { stdin });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/line 2: is not subscribed elsewhere \(type "unsubscribed"\)/);
    expect(stderr).toMatch(/line 3: type "churned": expected/);
    expect(stderr).toMatch(/no subscribers were imported: 0 added, 1 not subscribed elsewhere, 1 refused, of 2\n$/);
    expect(await show(home, "a@example.com")).toMatchObject({ state: "gone" });
  });

  it("warns of the first 20 lines only, and names the flag that lists all", async () => {
    const { stderr } = await paperboy(["subscribers", "import", "-"], { stdin: `email\n${"nobody\n".repeat(50)}` });
    expect(stderr.match(/warning: line/g)).toHaveLength(20);
    expect(stderr).toContain("30 more: use --report FILE to list them all");
  });

  it.each([
    ["a missing file", ["no.csv"], 9, /cannot read .*no\.csv: no such file or directory/],
    ["a folder", ["."], 9, /cannot read .*: it is a folder/],
    [
      "a report that cannot be written",
      ["-", "--report", "no/report.csv"],
      9,
      /io-failed: cannot write .*report\.csv: no such file or directory \(ENOENT\)/,
    ],
    ["a file without a column email", ["-"], 2, /no column `email`/],
  ])("refuses %s", async (_, args, expected, why) => {
    const { exit, stderr } = await paperboy(["subscribers", "import", ...args], { stdin: "name\nyou\n" });
    expect(exit).toBe(expected);
    expect(stderr).toMatch(why);
  });

  it("stops on a signal, and prints the counts so far", async () => {
    const stdin = `email\n${Array.from({ length: 9 }, (_, index) => `r${index}@example.com\n`).join("")}`;
    const { exit, stderr } = await paperboy(["subscribers", "import", "-"], { stdin, signal: AbortSignal.abort() });
    expect(exit).toBe(2);
    expect(stderr).toContain("interrupted: 9 added, of 9 so far");
  });

  it("shows a progress bar on a terminal, unless --quiet", async () => {
    const home = freshHome();
    put(home, "subscribers.csv", FILE);
    const watched = await paperboy(["subscribers", "import", "subscribers.csv", "--dry-run"], { home, isTTY: true });
    expect(watched.stderr).toMatch(/\r#{30} 100 % {2}5 lines/);
    const quiet = await paperboy(["subscribers", "import", "subscribers.csv", "--dry-run", "--quiet"], {
      home,
      isTTY: true,
    });
    expect(quiet.stderr).not.toContain("%");
  });
});
