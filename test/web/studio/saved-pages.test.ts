import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { listSaved } from "../../../src/web/studio/saved-pages.js";
import { freshHome } from "../../support/paperboy.js";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = freshHome();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

it("lists files by path and cached pages by URL", async () => {
  const directory = folderWith({
    "fixtures/b.html": "",
    "fixtures/a.json": "",
    "fixtures/notes.txt": "",
    "pages/x.body": "",
    "pages/x.json": '{"url":"https://site.example/papers/date/2026-10-02"}',
    "pages/y.body": "",
    "pages/y.json": "broken",
  });
  const cache = path.join(directory, "pages");
  expect(await listSaved({ directory, files: [path.join(directory, "fixtures")], cache })).toEqual([
    { source: "fixtures/a.json", label: "fixtures/a.json" },
    { source: "fixtures/b.html", label: "fixtures/b.html" },
    { source: "pages/x.body", label: "site.example/papers/date/2026-10-02" },
    { source: "pages/y.body", label: "pages/y.body" },
  ]);
});

it("treats missing folders as empty", async () => {
  const directory = freshHome();
  expect(await listSaved({ directory, files: [path.join(directory, "a")], cache: path.join(directory, "b") })).toEqual(
    [],
  );
});
