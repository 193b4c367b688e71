import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MACHINE_CHECKS } from "../../../src/ops/doctor/machine.js";
import { fixture, freshHome, paperboy } from "../../support/paperboy.js";
import { examined } from "./rig.js";

const checkNode = async (nodeVersion: string) => MACHINE_CHECKS[0]?.run({ nodeVersion, home: "/" });

describe("Node.js", () => {
  it.each(["18.20.8", "20.18.3"])("%s is too old", async (version) => {
    expect(await checkNode(version)).toEqual({
      result: "fail",
      detail: `Node.js ${version}`,
      fix: "Install Node.js 20.19 or newer, and let the schedule start that one.",
    });
  });

  it.each(["20.19.0", "22.1.0"])("%s is new enough", async (version) => {
    expect(await checkNode(version)).toMatchObject({ result: "ok", fix: null });
  });
});

describe("home", () => {
  it("that is a file", async () => {
    const home = path.join(freshHome(), "a-file");
    writeFileSync(home, "");
    const check = MACHINE_CHECKS.find(({ id }) => id === "machine.home");
    expect(await check?.run({ nodeVersion: "", home })).toEqual({
      result: "fail",
      detail: `${home}: it is not a folder`,
      fix: "Name a folder with --home or PAPERBOY_HOME.",
    });
  });

  it("that is not there", async () => {
    const home = path.join(freshHome(), "nowhere");
    const found = await paperboy(["doctor", "--only", "machine.home", "--json", "--home", home]);
    expect(found.exit).toBe(3);
    expect(found.stdout).toContain(`Make it with \`mkdir -p ${home}\``);
  });

  it("leaves nothing behind", async () => {
    const home = freshHome();
    expect(await examined("machine", { home })).toMatchObject({ result: "ok" });
    expect(execFileSync("ls", ["-A", home], { encoding: "utf8" })).toBe("");
  });
});

/** Mounts a small disk; null where this user may not. */
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
    // Full, as wished.
  } finally {
    closeSync(handle);
  }
}

const probe = mountSmall("size=1m");
if (probe !== null) unmount(probe);
const canMount = probe !== null;

it("can mount a small disk where tests must not be skipped", () => {
  expect(canMount || !process.env["CI"]).toBe(true);
});

/** Lends a small disk, and takes it back however that ends. */
async function on(options: string, use: (home: string) => Promise<void>): Promise<void> {
  const home = mountSmall(options);
  if (home === null) throw new Error("it could be mounted a moment ago");
  try {
    await use(home);
  } finally {
    unmount(home);
  }
}

describe.skipIf(!canMount)(
  `a disk of its own${canMount ? "" : " (skipped: it takes the right to mount a tmpfs)"}`,
  () => {
    it("that is full", () =>
      on("size=1m", async (home) => {
        fill(path.join(home, "ballast"));
        const fix = `Make room on the disk of ${home}; pages/ and outbox/ in it may be emptied.`;
        expect(await examined("machine.home", { home })).toMatchObject({ detail: `${home}: the disk is full`, fix });
        expect(await examined("machine.disk", { home })).toMatchObject({
          result: "fail",
          detail: "0 MB are free, and at least 20 MB are needed",
          fix,
        });
      }));

    it("that is nearly full", () =>
      on("size=100m", async (home) => {
        expect(await examined("machine.disk", { home })).toMatchObject({ result: "warn" });
      }));

    it("that has no room for another file", () =>
      on("size=100m,nr_inodes=1", async (home) => {
        const found = await examined("machine.disk", { home });
        expect(found).toMatchObject({ result: "fail", detail: "no more files can be made on this disk (inodes)" });
      }));

    it("that may only be read", () =>
      on("size=1m,ro", async (home) => {
        const found = await examined("machine.home", { home });
        expect(found.fix).toBe("Mount it so that it can be written.");
      }));
  },
);

/** A home in which something was sent. */
async function usedHome(): Promise<string> {
  const home = freshHome();
  await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], { home });
  return home;
}

describe("the key", () => {
  it("that others may read", async () => {
    const home = await usedHome();
    const file = path.join(home, "paperboy.key");
    chmodSync(file, 0o644);
    const found = await examined("store.key", { home });
    expect(found).toMatchObject({ result: "warn", fix: `Keep it to yourself: \`chmod 600 ${file}\`.` });
  });

  it("that is lost is not made anew by looking", async () => {
    const home = await usedHome();
    rmSync(path.join(home, "paperboy.key"));
    const found = await examined("store.key", { home });
    expect(found).toMatchObject({ result: "fail", detail: "there is a database, but paperboy.key is missing" });
    expect(found.fix).toMatch(/^Restore paperboy\.key from the backup/);
    expect(await examined("store.database", { home })).toMatchObject({ result: "skipped" });
    expect(await examined("store.key", { home })).toMatchObject({ result: "fail" });
  });
});
