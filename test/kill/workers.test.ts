import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres } from "../support/postgres.js";
import { type Build, buildPrograms } from "../support/programs.js";
import { killWorkers } from "./workers.js";

const READERS = 1500;
const KILLS = 6;
const WORKERS = 3;
const CONNECTIONS = 5;
const ROOT = path.resolve(import.meta.dirname, "../..");
const isMissing = findPostgres() === null && process.env["CI"] === undefined;

let build: Build;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "paperboy-workers-"));
  build = await buildPrograms("kill/sender.ts", "kill/sink.ts");
});

afterAll(async () => {
  await build.remove();
  await rm(folder, { recursive: true, force: true });
});

// Most of the time is the lease (60 s) of the last killed worker.
describe.skipIf(isMissing)("workers that are killed (install postgresql to run this)", { timeout: 400_000 }, () => {
  it("mail no reader twice and account for every reader, also when the database crashes and connections are cut", async () => {
    const figures = await killWorkers({
      programs: build.folder,
      paperboy: path.join(ROOT, "bin/paperboy.js"),
      folder,
      workers: WORKERS,
      readers: READERS,
      kills: KILLS,
      mostBetweenKills: Math.floor(READERS / KILLS / 2),
      random: Math.random,
    });
    const { counts, accepted } = figures;
    expect(figures).toMatchObject({ extraCopies: 0, lost: 0, unaccounted: 0, differentIds: 0, problems: [] });
    expect(figures).toMatchObject({ kills: KILLS, exits: [0, 0, 0] });
    expect(counts).toMatchObject({ prepared: READERS, pending: 0, deferred: 0, refused: 0, suppressed: 0, expired: 0 });
    expect(counts.sent + counts.uncertain).toBe(READERS);
    // Each kill leaves at most one per connection; so do the restart and the cut, for each worker.
    expect(counts.uncertain).toBeLessThanOrEqual(CONNECTIONS * (KILLS + 2 * WORKERS));
    expect(accepted).toBe(counts.sent + figures.uncertainArrived);
  });
});
