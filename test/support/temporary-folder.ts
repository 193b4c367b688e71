import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A file system in memory: on a disk, the databases of the tests wait for thousands of syncs. */
const MEMORY = "/dev/shm";
const NEEDED_BYTES = 8 * 2 ** 30;

/**
 * Gives the whole test run a temporary folder of its own, and returns a function that removes it. Tests and the programs that
 * they start leave thousands of small folders there.
 */
export default function createTemporaryFolder(): () => void {
  const before = process.env["TMPDIR"];
  // Each project of the run calls this, and a socket in a nested folder would have too long a name.
  if (before?.includes("/paperboy-test-")) return () => undefined;
  const folder = mkdtempSync(path.join(before === undefined && isUsable(MEMORY) ? MEMORY : tmpdir(), "paperboy-test-"));
  // The PostgreSQL server runs as another user, and has its own folder below this one.
  chmodSync(folder, 0o711);
  process.env["TMPDIR"] = folder;
  return () => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}

/** Whether a file system has enough space and runs programs. In a container, `/dev/shm` often has 64 MB and runs none. */
function isUsable(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const mount = readFileSync("/proc/mounts", "utf8").match(new RegExp(`^\\S+ ${folder} .*$`, "m"))?.[0];
    return bavail * bsize >= NEEDED_BYTES && mount !== undefined && !mount.includes("noexec");
  } catch {
    return false;
  }
}
