import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";

const PAGE = fixture("pages/daily.html");

/** The files and folders below a folder that other users of the machine could read, except the pages of the site. */
function readableByOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name !== "pages" && !name.startsWith(`pages${path.sep}`))
    .filter((name) => (statSync(path.join(folder, name)).mode & 0o077) !== 0);
}

async function succeed(args: readonly string[], home: string, environment = {}): Promise<Run> {
  const run = await paperboy(args, { home, environment });
  expect({ exit: run.exit, stderr: run.exit === 0 ? "" : run.stderr }).toEqual({ exit: 0, stderr: "" });
  return run;
}

it("writes files with addresses or links that only their owner can read", async () => {
  const parent = freshHome();
  const home = path.join(parent, "new", "home");
  const environment = { PAPERBOY_SECRET: "a secret of at least thirty-two characters" };
  await succeed(["init", "--mail", "outbox", "--to", "you@example.com"], home);
  writeFileSync(
    path.join(home, "paperboy.yaml"),
    "to: [you@example.com]\nrecords: true\npublicUrl: https://papers.example.org\n",
  );
  await succeed(["run", PAGE], home, environment);
  await succeed(["subscribers", "add", "reader@example.com"], home);
  await succeed(["subscribers", "export", "-o", "readers.csv"], home);
  await succeed(["subscribers", "import", "readers.csv", "--report", "report.csv"], home);
  await succeed(["state", "export", "state"], home, environment);
  await succeed(["store", "backup", "backup.db"], home);
  await succeed(["report", "-o", "report.json"], home);
  await succeed(["preview", PAGE, "--out", "preview.html"], home);
  expect(readdirSync(path.join(home, "outbox"))).toHaveLength(2);
  expect(readableByOthers(parent)).toEqual([]);
});

it("makes an existing file private before it writes addresses to it", async () => {
  const home = freshHome();
  await succeed(["subscribers", "add", "you@example.com"], home);
  for (const name of ["readers.csv", "report.json", "preview.html"]) {
    writeFileSync(path.join(home, name), "old");
    chmodSync(path.join(home, name), 0o644);
  }
  await succeed(["subscribers", "export", "-o", "readers.csv"], home);
  await succeed(["report", "-o", "report.json"], home);
  await succeed(["preview", PAGE, "--out", "preview.html"], home);
  expect(readableByOthers(home)).toEqual([]);
});

it("keeps the mode of a device that it writes to", async () => {
  const before = statSync("/dev/null").mode;
  await succeed(["subscribers", "export", "-o", "/dev/null"], freshHome());
  expect(statSync("/dev/null").mode).toBe(before);
});
