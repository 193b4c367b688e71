import Database from "better-sqlite3";
import path from "node:path";
import { expect, it } from "vitest";
import { edition, NOW, prepare, reader } from "../../contract/store/fixtures.js";
import { paperOf } from "../../support/papers-model.js";
import { openIn, temporaryFolder } from "../temporary.js";
import { keepStatements } from "../../../src/store/sqlite/driver.js";

it("adds prepared editions that are missing from the archive", async () => {
  const folder = temporaryFolder();
  const store = await openIn(folder);
  await store.subscribers.add([reader("reader@example.org")], { now: NOW });
  const papers = [paperOf("1", { title: "Harbour maps" })];
  await prepare(store, { ...edition("day:2026-03-09"), papers });
  await prepare(store, {
    ...edition("search:harbours@2026-03-10"),
    papers: [paperOf("2", { title: "Harbour boats" })],
  });
  await store.close();
  clearArchive(path.join(folder, "paperboy.db"));

  const later = await openIn(folder);
  expect(await later.archive.edition("2026-03-09")).toBeNull();
  expect(await later.archive.index()).toBe(1);
  expect(await later.archive.index()).toBe(0);
  const found = await later.archive.search({ text: "harbour", order: "newest", limit: 9, offset: 0 });
  expect(found.papers.map(({ paper }) => paper.id)).toEqual(["1"]);
  expect(await later.check()).toEqual([]);
  await later.close();
});

/** Empties the archive's tables. */
function clearArchive(file: string): void {
  const database = keepStatements(new Database(file));
  for (const table of ["archive_index", "archive_paper_editions", "archive_editions", "archive_papers"]) {
    database.exec(`DELETE FROM ${table}`);
  }
  database.close();
}
