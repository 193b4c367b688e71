import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeServed } from "../store/postgres/servers.js";
import { type Build, buildPrograms } from "../support/programs.js";
import { type KillFigures, type KillPlan, killRepeatedly } from "./harness.js";

const READERS = 2000;
const KILLS = 30;
const CONNECTIONS = 5;

let build: Build;
let home = "";

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "paperboy-kill-"));
  build = await buildPrograms("kill/sender.ts", "kill/sink.ts");
});

afterAll(async () => {
  await build.remove();
  await rm(home, { recursive: true, force: true });
});

async function killed(policy: KillPlan["policy"], parts: Partial<KillPlan> = {}): Promise<KillFigures> {
  const folder = await mkdtemp(path.join(home, `${policy}-`));
  return killRepeatedly({
    programs: build.folder,
    folder,
    readers: READERS,
    kills: KILLS,
    connections: CONNECTIONS,
    policy,
    // Few enough that readers are left after the last kill, however late each of them comes.
    mostBetweenKills: 50,
    random: Math.random,
    ...parts,
  });
}

describe("F1, F2: a sender that is killed repeatedly", { timeout: 400_000 }, () => {
  it.concurrent("mails no reader twice, and accounts for every reader", async () => {
    const figures = await killed("hold");
    const { kills, counts, accepted } = figures;
    expect(kills).toBe(KILLS);
    expect(figures).toMatchObject({ extraCopies: 0, lost: 0, unaccounted: 0, differentIds: 0, problems: [] });
    expect(counts).toMatchObject({ prepared: READERS, pending: 0, deferred: 0, refused: 0, suppressed: 0, expired: 0 });
    expect(counts.sent + counts.uncertain).toBe(READERS);
    expect(counts.uncertain).toBeLessThanOrEqual(CONNECTIONS * kills);
    expect(accepted).toBe(counts.sent + figures.uncertainArrived);
  });

  it.concurrent("with resend mails every reader, and sends at most one extra copy per uncertain delivery", async () => {
    const figures = await killed("resend");
    const { kills, counts, extraCopies, madeUncertain } = figures;
    expect(kills).toBe(KILLS);
    expect(figures).toMatchObject({ lost: 0, unaccounted: 0, differentIds: 0, problems: [] });
    expect(counts.sent + counts.uncertain).toBe(READERS);
    expect(extraCopies).toBeLessThanOrEqual(madeUncertain);
    expect(madeUncertain).toBeLessThanOrEqual(CONNECTIONS * kills);
  });
});

describeServed("F1, F2: a sender that is killed repeatedly", (served) => {
  it("mails no reader twice, and delays no delivery for longer than a lease", { timeout: 400_000 }, async () => {
    const plan = { readers: 800, kills: 10, leaseMs: 2000, database: served.target } as const;
    const figures = await killed("hold", plan);
    const { kills, counts, accepted } = figures;
    expect(kills).toBeGreaterThanOrEqual(plan.kills);
    expect(figures).toMatchObject({ extraCopies: 0, lost: 0, unaccounted: 0, differentIds: 0, problems: [] });
    expect(counts).toMatchObject({
      prepared: plan.readers,
      pending: 0,
      deferred: 0,
      refused: 0,
      suppressed: 0,
      expired: 0,
    });
    expect(counts.sent + counts.uncertain).toBe(plan.readers);
    expect(counts.uncertain).toBeLessThanOrEqual(CONNECTIONS * kills);
    expect(accepted).toBe(counts.sent + figures.uncertainArrived);
  });
});
