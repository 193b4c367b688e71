import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MACHINE_CHECKS } from "../../../src/ops/doctor/machine.js";
import { fixture, freshHome, paperboy } from "../../support/paperboy.js";
import { runCheck } from "./setup.js";

const checkNode = async (nodeVersion: string) => MACHINE_CHECKS[0]?.run({ nodeVersion, home: "/" });

describe("machine.node", () => {
  it.each(["18.20.8", "20.18.3"])("fails for Node.js %s", async (version) => {
    expect(await checkNode(version)).toEqual({
      result: "fail",
      detail: `Node.js ${version}`,
      fix: "Install Node.js 20.19 or newer, and check that the schedule uses it.",
    });
  });

  it.each(["20.19.0", "22.1.0"])("passes for Node.js %s", async (version) => {
    expect(await checkNode(version)).toMatchObject({ result: "ok", fix: null });
  });
});

describe("machine.home", () => {
  it("fails when home is a file", async () => {
    const home = path.join(freshHome(), "a-file");
    writeFileSync(home, "");
    const check = MACHINE_CHECKS.find(({ id }) => id === "machine.home");
    expect(await check?.run({ nodeVersion: "", home })).toEqual({
      result: "fail",
      detail: `${home}: it is not a folder`,
      fix: "Set a folder with --home or PAPERBOY_HOME.",
    });
  });

  it("fails when home does not exist, and says how to create it", async () => {
    const home = path.join(freshHome(), "nowhere");
    const found = await paperboy(["doctor", "--only", "machine.home", "--json", "--home", home]);
    expect(found.exit).toBe(10);
    expect(found.stdout).toContain(`Create it with \`mkdir -p ${home}\``);
  });

  it("leaves no file in home", async () => {
    const home = freshHome();
    expect(await runCheck("machine", { home })).toMatchObject({ result: "ok" });
    expect(execFileSync("ls", ["-A", home], { encoding: "utf8" })).toBe("");
  });
});

/** Mounts a small file system and returns its path; null without the permission to mount. */
function mountSmall(options: string): string | null {
  const folder = freshHome();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

function unmount(folder: string): void {
  execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
}

function fill(file: string): void {
  const handle = openSync(file, "w");
  try {
    for (;;) writeSync(handle, Buffer.alloc(4096, 1));
  } catch {
    // The disk is full.
  } finally {
    closeSync(handle);
  }
}

const probe = mountSmall("size=1m");
if (probe !== null) unmount(probe);
const canMount = probe !== null;

it("can mount a small disk when CI is set", () => {
  expect(canMount || !process.env["CI"]).toBe(true);
});

/** Runs `use` with a small disk as home, and unmounts it. */
async function withDisk(options: string, use: (home: string) => Promise<void>): Promise<void> {
  const home = mountSmall(options);
  if (home === null) throw new Error("it could be mounted a moment ago");
  try {
    await use(home);
  } finally {
    unmount(home);
  }
}

describe.skipIf(!canMount)(`a small disk${canMount ? "" : " (skipped: no permission to mount a tmpfs)"}`, () => {
  it("fails when the disk is full", () =>
    withDisk("size=1m", async (home) => {
      fill(path.join(home, "ballast"));
      const fix = `Free some space on the disk of ${home}; you can empty pages/ and outbox/ in it.`;
      expect(await runCheck("machine.home", { home })).toMatchObject({ detail: `${home}: the disk is full`, fix });
      expect(await runCheck("machine.disk", { home })).toMatchObject({
        result: "fail",
        detail: "0 MB free; at least 20 MB are needed",
        fix,
      });
    }));

  it("warns when the disk is nearly full", () =>
    withDisk("size=100m", async (home) => {
      expect(await runCheck("machine.disk", { home })).toMatchObject({ result: "warn" });
    }));

  it("fails when the disk has no free inodes", () =>
    withDisk("size=100m,nr_inodes=1", async (home) => {
      const found = await runCheck("machine.disk", { home });
      expect(found).toMatchObject({ result: "fail", detail: "the disk has no free inodes" });
    }));

  it("fails when home is mounted read-only", () =>
    withDisk("size=1m,ro", async (home) => {
      const found = await runCheck("machine.home", { home });
      expect(found.fix).toBe("Mount it writable.");
    }));
});

/** Returns a home in which a letter was sent. */
async function usedHome(): Promise<string> {
  const home = freshHome();
  await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], { home });
  return home;
}

describe("store.key", () => {
  it("warns when other users can read the key", async () => {
    const home = await usedHome();
    const file = path.join(home, "paperboy.key");
    chmodSync(file, 0o644);
    const found = await runCheck("store.key", { home });
    expect(found).toMatchObject({ result: "warn", fix: `Make it private: \`chmod 600 ${file}\`.` });
  });

  it("fails when the key is missing, and does not create one", async () => {
    const home = await usedHome();
    rmSync(path.join(home, "paperboy.key"));
    const found = await runCheck("store.key", { home });
    expect(found).toMatchObject({ result: "fail", detail: "the database exists, but paperboy.key is missing" });
    expect(found.fix).toMatch(/^Restore paperboy\.key from the same backup/);
    expect(await runCheck("store.database", { home })).toMatchObject({ result: "skipped" });
    expect(await runCheck("store.key", { home })).toMatchObject({ result: "fail" });
  });
});
