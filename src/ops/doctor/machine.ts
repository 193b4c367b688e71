import { randomBytes } from "node:crypto";
import { rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, skipped, warn } from "./check.js";
import type { Check, Finding } from "./check.js";

/** What Paperboy runs on. */
export interface Machine {
  /** Such as `20.19.4`. */
  readonly nodeVersion: string;
  readonly home: string;
}

/** The oldest Node that the tests run on (package.json, `engines`). */
const LEAST_NODE = { major: 20, minor: 19 } as const;

/** In bytes. A year of pages and editions takes some 200 MB; a single run may need a few MB for its journal. */
const DISK = { low: 200_000_000, full: 20_000_000 } as const;

export const MACHINE_CHECKS: readonly Check<Machine>[] = [
  {
    id: "machine.node",
    title: "Node.js is new enough",
    why: "an older one stops in the middle of a run, with an error about something else",
    limitMs: 1_000,
    run: ({ nodeVersion }) => Promise.resolve(checkNode(nodeVersion)),
  },
  {
    id: "machine.home",
    title: "home can be written",
    why: "the database, the outbox and saved pages are kept there",
    limitMs: 5_000,
    run: ({ home }) => checkHome(home),
  },
  {
    id: "machine.disk",
    title: "there is room on the disk",
    why: "on a full disk nothing is sent, since nobody could say afterwards what was",
    limitMs: 5_000,
    run: ({ home }) => checkDisk(home),
  },
];

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const { major: leastMajor, minor: leastMinor } = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return ok(`Node.js ${version}`);
  return fail(
    `Node.js ${version}`,
    `Install Node.js ${leastMajor}.${leastMinor} or newer, and let the schedule start that one.`,
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

/** Why a file cannot be written, by the system's own code, and what to do about it. */
const UNWRITABLE: readonly { readonly code: RegExp; readonly says: string; readonly fix: (home: string) => string }[] =
  [
    {
      code: /^ENOENT$/,
      says: "there is no such folder",
      fix: (home) => `Make it with \`mkdir -p ${home}\`, or name another one with --home or PAPERBOY_HOME.`,
    },
    {
      code: /^ENOTDIR$/,
      says: "it is not a folder",
      fix: () => "Name a folder with --home or PAPERBOY_HOME.",
    },
    {
      code: /^(?:EACCES|EPERM)$/,
      says: "this user may not write there",
      fix: (home) => `Run Paperboy as the folder's owner, or give it to this user with \`chown\`: ${home}`,
    },
    { code: /^EROFS$/, says: "it is mounted read-only", fix: () => "Mount it so that it can be written." },
    {
      code: /^(?:ENOSPC|EDQUOT)$/,
      says: "the disk is full",
      fix: (home) => `Make room on the disk of ${home}; pages/ and outbox/ in it may be emptied.`,
    },
  ];

function unwritable(home: string, code: string): Finding {
  const row = UNWRITABLE.find((row) => row.code.test(code));
  if (!row) return fail(`${home}: ${code}`, "See what your system says about this error, and fix that.");
  return fail(`${home}: ${row.says}`, row.fix(home));
}

async function checkDisk(home: string): Promise<Finding> {
  const room = await statfs(home).catch(() => null);
  if (room === null) return skipped("home cannot be looked at");
  const free = room.bavail * room.bsize;
  const says = `${inMegabytes(free)} are free`;
  const fix = `Make room on the disk of ${home}; pages/ and outbox/ in it may be emptied.`;
  if (free < DISK.full) return fail(`${says}, and at least ${inMegabytes(DISK.full)} are needed`, fix);
  // Some file systems count no files: then both figures are 0.
  if (room.files > 0 && room.ffree === 0) return fail("no more files can be made on this disk (inodes)", fix);
  return free < DISK.low ? warn(says, fix) : ok(says);
}

function inMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes >= 10_000 ? `${Math.round(megabytes / 1000)} GB` : `${Math.round(megabytes * 10) / 10} MB`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
