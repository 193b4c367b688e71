import { randomBytes } from "node:crypto";
import { rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, skipped, warn } from "./check.js";
import type { Check, Finding } from "./check.js";

/** The subject of the checks of the machine. */
export interface Machine {
  /** For example `20.19.4`. */
  readonly nodeVersion: string;
  readonly home: string;
}

/** The oldest supported version (package.json, `engines`). */
const MIN_NODE = { major: 20, minor: 19 } as const;

/** Free space in bytes. A year of pages and editions needs about 200 MB, the journal of one run a few MB. */
const DISK = { low: 200_000_000, full: 20_000_000 } as const;

export const MACHINE_CHECKS: readonly Check<Machine>[] = [
  {
    id: "machine.node",
    title: "Node.js is new enough",
    why: "an older version fails during a run with a misleading error",
    limitMs: 1_000,
    run: ({ nodeVersion }) => Promise.resolve(checkNode(nodeVersion)),
  },
  {
    id: "machine.home",
    title: "home is writable",
    why: "it contains the database, the outbox and saved pages",
    limitMs: 5_000,
    run: ({ home }) => checkHome(home),
  },
  {
    id: "machine.disk",
    title: "the disk has free space",
    why: "Paperboy sends nothing if the disk is full, because it could not record the deliveries",
    limitMs: 5_000,
    run: ({ home }) => checkDisk(home),
  },
];

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const { major: minMajor, minor: minMinor } = MIN_NODE;
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return ok(`Node.js ${version}`);
  return fail(
    `Node.js ${version}`,
    `Install Node.js ${minMajor}.${minMinor} or newer, and check that the schedule uses it.`,
  );
}

async function checkHome(home: string): Promise<Finding> {
  const probe = path.join(home, `.paperboy-doctor-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(probe, Buffer.alloc(4096), { flag: "wx", mode: 0o600 });
    return ok(home);
  } catch (error) {
    return unwritable(home, codeOf(error));
  } finally {
    await rm(probe, { force: true }).catch(() => null);
  }
}

/** Reasons why a file cannot be written, by error code, and their fixes. */
const UNWRITABLE: readonly {
  readonly code: RegExp;
  readonly problem: string;
  readonly fix: (home: string) => string;
}[] = [
  {
    code: /^ENOENT$/,
    problem: "the folder does not exist",
    fix: (home) => `Create it with \`mkdir -p ${home}\`, or set another with --home or PAPERBOY_HOME.`,
  },
  {
    code: /^ENOTDIR$/,
    problem: "it is not a folder",
    fix: () => "Set a folder with --home or PAPERBOY_HOME.",
  },
  {
    code: /^(?:EACCES|EPERM)$/,
    problem: "this user has no write permission",
    fix: (home) => `Run Paperboy as the folder's owner, or give it to this user with \`chown\`: ${home}`,
  },
  { code: /^EROFS$/, problem: "it is mounted read-only", fix: () => "Mount it writable." },
  {
    code: /^(?:ENOSPC|EDQUOT)$/,
    problem: "the disk is full",
    fix: (home) => `Free some space on the disk of ${home}; you can empty pages/ and outbox/ in it.`,
  },
];

function unwritable(home: string, code: string): Finding {
  const row = UNWRITABLE.find((row) => row.code.test(code));
  if (!row) return fail(`${home}: ${code}`, "Look up this error code of your operating system.");
  return fail(`${home}: ${row.problem}`, row.fix(home));
}

async function checkDisk(home: string): Promise<Finding> {
  const disk = await statfs(home).catch(() => null);
  if (disk === null) return skipped("home cannot be read");
  const free = disk.bavail * disk.bsize;
  const problem = `${inMegabytes(free)} free`;
  const fix = `Free some space on the disk of ${home}; you can empty pages/ and outbox/ in it.`;
  if (free < DISK.full) return fail(`${problem}; at least ${inMegabytes(DISK.full)} are needed`, fix);
  // Both numbers are 0 on file systems that do not count files.
  if (disk.files > 0 && disk.ffree === 0) return fail("the disk has no free inodes", fix);
  return free < DISK.low ? warn(problem, fix) : ok(problem);
}

function inMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes >= 10_000 ? `${Math.round(megabytes / 1000)} GB` : `${Math.round(megabytes * 10) / 10} MB`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
