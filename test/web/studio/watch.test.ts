import { once } from "node:events";
import { EventEmitter } from "node:events";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Watched } from "../../../src/web/studio/watch.js";
import { watchFolders } from "../../../src/web/studio/watch.js";
import { freshHome } from "../../support/paperboy.js";

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const watcher of open.splice(0)) watcher.close();
});

/** Watches, and answers with a function that waits for the change that `act` makes. */
async function watching(list: () => readonly Watched[]) {
  const changes = new EventEmitter();
  open.push(
    await watchFolders(
      async () => list(),
      () => void changes.emit("change"),
    ),
  );
  return async (act: () => void) => {
    const changed = once(changes, "change");
    act();
    await changed;
  };
}

describe("a change in a watched folder", () => {
  it.each([
    ["a file that is written", (folder: string) => writeFileSync(path.join(folder, "a.hbs"), "two")],
    [
      "a file that is saved by renaming",
      (folder: string) => {
        writeFileSync(path.join(folder, "a.tmp"), "two");
        renameSync(path.join(folder, "a.tmp"), path.join(folder, "a.hbs"));
      },
    ],
    ["a file that goes", (folder: string) => rmSync(path.join(folder, "a.hbs"))],
    ["a file below", (folder: string) => writeFileSync(path.join(folder, "partials", "b.hbs"), "x")],
  ])("is reported: %s", async (_what, act) => {
    const folder = freshHome();
    mkdirSync(path.join(folder, "partials"));
    writeFileSync(path.join(folder, "a.hbs"), "one");
    const change = await watching(() => [{ folder }]);
    await expect(change(() => act(folder))).resolves.toBeUndefined();
  });

  it("is reported in a folder that is created later", async () => {
    const folder = freshHome();
    const change = await watching(() => [{ folder }]);
    await change(() => mkdirSync(path.join(folder, "themes")));
    await expect(change(() => writeFileSync(path.join(folder, "themes", "own.css"), "p {}"))).resolves.toBeUndefined();
  });

  it("is reported in a folder that is listed only after another change", async () => {
    const [home, later] = [freshHome(), freshHome()];
    let list: Watched[] = [{ folder: home, files: ["paperboy.yaml"] }];
    const change = await watching(() => list);
    list = [...list, { folder: later }];
    await change(() => writeFileSync(path.join(home, "paperboy.yaml"), "templates: x"));
    await expect(change(() => writeFileSync(path.join(later, "subject.hbs"), "x"))).resolves.toBeUndefined();
  });
});

it("ignores files that are not watched", async () => {
  const folder = freshHome();
  const change = await watching(() => [{ folder, files: ["paperboy.yaml"] }]);
  let seen = 0;
  open.push(
    await watchFolders(
      async () => [{ folder, files: ["other"] }],
      () => void (seen += 1),
    ),
  );
  await change(() => writeFileSync(path.join(folder, "paperboy.yaml"), "x"));
  expect(seen).toBe(0);
});

it("accepts a missing folder", async () => {
  await expect(watching(() => [{ folder: path.join(freshHome(), "none") }])).resolves.toBeTypeOf("function");
});
