import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCHEDULERS } from "../../../src/ops/setup/schedule.js";
import { buildPage } from "../../support/page-builder.js";
import { manyEntries } from "../../support/papers.js";
import { paperboy, projectRoot } from "../../support/paperboy.js";
import { startSite } from "../../support/site.js";
import type { Site } from "../../support/site.js";
import { startSmtp } from "../../support/smtp.js";
import type { Smtp } from "../../support/smtp.js";
import { nodeFor, runJob, startProgram } from "./actions-runner.js";
import type { JobEnd, ProgramServer } from "./actions-runner.js";

const WORKFLOW = readFileSync(path.join(projectRoot, ".github/workflows/paperboy.yml"), "utf8");
const LOGIN = { user: "you@example.com", password: "hunter 22" };
const SECRET = "0123456789abcdef0123456789abcdef";

it("equals the output of `schedule print github` for its home", () => {
  expect(WORKFLOW).toBe(
    SCHEDULERS.github.text({ home: "newsletter", version: "", node: "", program: "", fromHour: 0 }),
  );
});

it("reads settings that are valid", async () => {
  const { exit, stdout } = await paperboy(["config", "--home", path.join(projectRoot, "newsletter")]);
  expect({ exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining("world model*") as string });
});

/**
 * The steps of the workflow file, run over two days against a local site, a local mail server, and a bare repository that
 * replaces GitHub. It can refuse pushes by the subject of their commit.
 */
describe("the workflow over two days, with a fresh machine for every run", () => {
  let site: Site;
  let smtp: Smtp;
  let program: ProgramServer;
  let isBusy = false;
  const root = mkdtempSync(path.join(tmpdir(), "paperboy-actions-"));
  const bare = path.join(root, "bare.git");
  const git = (args: readonly string[], cwd = root) =>
    execFileSync("git", ["-c", "user.name=you", "-c", "user.email=you@localhost", ...args], {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: root },
    });

  beforeAll(async () => {
    [site, smtp] = [
      await startSite({ "/repos/you/papers/actions/workflows/paperboy.yml/enable": { status: 204 } }),
      await startSmtp({ auth: LOGIN, refuse: () => (isBusy ? { code: 450, message: "4.2.0 later" } : null) }),
    ];
    for (const day of ["2026-09-30", "2026-10-01"]) site.set(`/papers/date/${day}`, { body: pageOf(day) });
    git(["init", "--quiet", "--bare", "-b", "main", bare]);
    writeFileSync(path.join(bare, "hooks/pre-receive"), HOOK, { mode: 0o755 });
    const first = path.join(root, "first");
    for (const name of [".gitignore", "newsletter"])
      cpSync(path.join(projectRoot, name), path.join(first, name), { recursive: true });
    writeFileSync(path.join(first, "newsletter/paperboy.yaml"), "view:\n  limit: 3\n");
    git(["init", "--quiet", "-b", "main"], first);
    git(["add", "--all"], first);
    git(["commit", "--quiet", "-m", "My papers"], first);
    git(["push", "--quiet", `file://${bare}`, "main"], first);
    program = await startProgram();
    makePrograms();
  });
  afterAll(async () => {
    await Promise.all([site.close(), smtp.close(), program.close()]);
    rmSync(root, { recursive: true });
  });

  /** Returns four papers of a day; no other day has them. */
  const pageOf = (date: string) => {
    const entries = manyEntries(4, Number(date.slice(-2))).map((entry, index) => {
      return { ...entry, paper: { ...entry.paper, id: `2610.${date.slice(5, 7)}${date.slice(-2)}${index}` } };
    });
    return buildPage({ kind: "day", date, nextDate: "2026-12-31", entries, site: site.url });
  };

  /**
   * Makes a `node` that lets this process run the program, with the arguments, folder and variables of the step, and a `sleep` that
   * does not wait. `test/cli/bin.test.ts` starts the program itself.
   */
  function makePrograms(): void {
    mkdirSync(path.join(root, "bin"));
    writeFileSync(path.join(root, "bin/node"), nodeFor(program.url), { mode: 0o755 });
    writeFileSync(path.join(root, "bin/sleep"), "#!/bin/sh\n", { mode: 0o755 });
  }

  /** Runs the workflow once on a fresh machine with a fresh checkout. Pushes whose commit has the refused subject fail. */
  async function start(now: string, { refused = "", secrets = {}, variables = {} } = {}): Promise<JobEnd> {
    const machine = mkdtempSync(path.join(root, "machine-"));
    const workspace = path.join(machine, "papers");
    git(["clone", "--quiet", "--depth=1", `file://${bare}`, workspace]);
    writeFileSync(path.join(bare, "refused"), refused);
    const login = `${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.password)}`;
    return runJob({
      workflow: WORKFLOW,
      workspace,
      secrets: { PAPERBOY_SMTP_URL: `smtp://${login}@127.0.0.1:${smtp.port}`, PAPERBOY_SECRET: SECRET, ...secrets },
      repositoryVariables: variables,
      environment: {
        GITHUB_WORKSPACE: workspace,
        RUNNER_TEMP: path.join(machine, "temp"),
        PATH: [path.join(root, "bin"), path.dirname(process.execPath), process.env["PATH"] ?? ""].join(":"),
        HOME: machine,
        GITHUB_API_URL: site.url,
        GITHUB_REPOSITORY: "you/papers",
        PAPERBOY_SITE_URL: site.url,
        PAPERBOY_TEST_NOW: now,
      },
    });
  }

  const mailed = () => smtp.messages.map(({ envelope, raw }) => `${dateIn(raw)} to ${envelope.to.join()}`);
  const FIRST = "30 September 2026 to you@example.com";
  const SECOND = "1 October 2026 to you@example.com";

  it("mails each day once, and after a lost push once more with a warning", async () => {
    // The first push is refused: no mail is sent, and the run an hour later sends it.
    const refused = await start("2026-10-01T06:17:00Z", { refused: "started" });
    expect(failed(refused)).toEqual([
      { name: "Record the start on the branch", outcome: "failure" },
      { name: "Run", outcome: "skipped" },
      { name: "Save the state", outcome: "skipped" },
    ]);
    expect(mailed()).toEqual([]);

    const morning = await start("2026-10-01T07:17:00Z");
    expect({ failed: failed(morning), mailed: mailed() }).toEqual({ failed: [], mailed: [FIRST] });
    expect(morning.summary).toContain('"reason":"sent"');
    const later = await start("2026-10-01T08:17:00Z");
    expect({ failed: failed(later), mailed: mailed() }).toEqual({ failed: [], mailed: [FIRST] });
    expect(later.summary).toContain('"reason":"nothing-due"');

    // The letter of the second day is sent, and the state of that run is lost.
    const lost = await start("2026-10-02T07:17:00Z", { refused: "finished" });
    expect(failed(lost)).toEqual([{ name: "Save the state", outcome: "failure" }]);
    expect(lost.log).toContain("::error::The state could not be saved");
    expect(mailed()).toEqual([FIRST, SECOND]);

    const after = await start("2026-10-02T08:17:00Z");
    expect(after.log).toContain("::warning::The last run could not save its state");
    expect({ failed: failed(after), mailed: mailed() }).toEqual({
      failed: [],
      mailed: [FIRST, SECOND, SECOND],
    });
    const [, once, again] = smtp.messages.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1]);
    expect(once).toMatch(/^<.+>/);
    expect(again).toBe(once);

    const quiet = await start("2026-10-02T09:17:00Z", { variables: { PAPERBOY_PAGES: "true" } });
    const pages = path.join(quiet.temp, "pages");
    expect(readFileSync(path.join(pages, "archive/2026-10-01/index.html"), "utf8")).toContain("1 October 2026");
    expect(quiet.log).not.toContain("::warning::");
    expect({ failed: failed(quiet), mailed: mailed() }).toEqual({
      failed: [],
      mailed: [FIRST, SECOND, SECOND],
    });
    expect(site.requests.filter(({ method }) => method === "PUT")).toHaveLength(6);
    await expectNoAddresses([refused, morning, later, lost, after, quiet]);
  });

  /** Logs and branches of public repositories are public. */
  async function expectNoAddresses(ends: readonly JobEnd[]): Promise<void> {
    const output = ends.flatMap(({ log, summary }) => `${log}\n${summary}`.split("\n"));
    expect(
      output.filter((line) => /you@example|hunter|0123456789abcdef/.test(line) && !line.startsWith("::add-mask::")),
    ).toEqual([]);
    expect(git(["rev-list", "--count", "paperboy-state"], bare).trim()).toBe("1");
    const kept = execFileSync("git", ["cat-file", "blob", "paperboy-state:paperboy.state"], { cwd: bare });
    expect(kept.subarray(0, 16).toString()).toBe("PAPERBOY-STATE-1");
    expect(kept.includes("example.com")).toBe(false);
  }

  it("does nothing until the secrets exist", async () => {
    const before = site.requests.length;
    const end = await start("2026-10-02T10:17:00Z", { secrets: { PAPERBOY_SMTP_URL: "", PAPERBOY_SECRET: "" } });
    expect(end.steps.filter(({ outcome }) => outcome !== "skipped")).toEqual([
      { name: "Look for the secrets", outcome: "success" },
    ]);
    expect(end.log).toContain("::notice::Nothing to do");
    expect(site.requests.length).toBe(before);
  });

  it("saves the state of a failed run, so that deferred letters are sent an hour later", async () => {
    const before = mailed();
    site.set("/papers/date/2026-10-02", { body: pageOf("2026-10-02") });
    isBusy = true;
    const late = await start("2026-10-03T07:17:00Z");
    isBusy = false;
    expect(failed(late)).toEqual([{ name: "Run", outcome: "failure" }]);
    expect(late.summary).toContain('"deferred":1');
    await start("2026-10-03T09:17:00Z");
    expect(mailed()).toEqual([...before, "2 October 2026 to you@example.com"]);
  });

  it.each([
    ["no mail server", { PAPERBOY_SMTP_URL: "" }, "Look for the secrets", /Only one of the secrets/],
    ["another secret", { PAPERBOY_SECRET: "f".repeat(64) }, "Restore the state from its branch", /cannot be decrypted/],
    ["a weak secret", { PAPERBOY_SECRET: "letmein" }, "Restore the state from its branch", /at least|shorter/],
  ])("fails with %s, and sends no mail", async (_, secrets, step, says) => {
    const before = mailed();
    const end = await start("2026-10-02T10:17:00Z", { secrets });
    expect(failed(end)[0]).toEqual({ name: step, outcome: "failure" });
    expect(end.log).toMatch(says);
    expect(mailed()).toEqual(before);
  });
});

/** Without the archive, which a repository variable asks for. */
const failed = ({ steps }: JobEnd) =>
  steps.filter(({ name, outcome }) => outcome !== "success" && (name !== "Build the archive" || outcome === "failure"));

/** Refuses a push whose commit has the subject in the file `refused`. */
const HOOK = `#!/bin/sh
while read -r old new ref; do
  [ "$(git log -1 --format=%s "$new")" != "$(cat refused 2>/dev/null)" ] || exit 1
done
`;

function dateIn(raw: string): string {
  return /\d{1,2} (?:September|October) 2026/.exec(raw.replaceAll("=\r\n", ""))?.[0] ?? "no date";
}
