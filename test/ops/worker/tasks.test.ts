import { describe, expect, it } from "vitest";
import { type ErrorCode, PaperboyError } from "../../../src/core/errors.js";
import { letterTasks, recurringTasks, runTasks } from "../../../src/ops/worker/tasks.js";
import { claim, DAY, HOUR, later, NOW, prepared } from "../../contract/store/fixtures.js";
import { openTemporary } from "../../store/temporary.js";

const queue = { url: "postgres://localhost/papers", schema: "paperboy" };
const unused = (): Promise<void> => Promise.reject(new Error("no job was expected"));

async function setUp(deliver: () => Promise<PaperboyError | null>) {
  const opened = await openTemporary();
  const { store } = opened;
  const warnings: string[] = [];
  let told = 0;
  const tasks = letterTasks({
    store,
    queue,
    clock: () => later(HOUR),
    channel: () => Promise.resolve("smtp"),
    deliver,
    notifyOperator: async () => void (told += 1),
    warn: (message) => warnings.push(message),
    signal: new AbortController().signal,
  });
  return { store, destroy: () => opened.destroy(), tasks, warnings, told: () => told };
}

describe("the tasks of a letter worker", () => {
  it("deliver the edition of a job and warn about what stopped it", async () => {
    const stopped = new PaperboyError("send-incomplete", { message: "the mail server is unavailable" });
    const { store, destroy, tasks, warnings } = await setUp(() => Promise.resolve(stopped));
    await prepared(store, 1);
    // A sweep queues the job again every few seconds: the same warning comes once.
    for (const shard of [0, 1]) await tasks["paperboy:drain"]?.({ edition: DAY.id, shard }, unused);
    expect(warnings).toEqual([`${DAY.id}: the mail server is unavailable`]);
    await destroy();
  });

  it.each([[null], [{ edition: 7, shard: 0 }], [{ edition: "day:2026-03-09" }]])(
    "ignore the invalid payload %j with a warning",
    async (payload) => {
      const { destroy, tasks, warnings } = await setUp(() => Promise.reject(new Error("nothing is to be delivered")));
      await tasks["paperboy:drain"]?.(payload, unused);
      expect(warnings).toEqual(["ignored a job with an invalid payload"]);
      await destroy();
    },
  );

  it("release the claims of dead workers, notify the operator, and queue jobs for editions with open deliveries", async () => {
    const { store, destroy, tasks, told } = await setUp(() => Promise.resolve(null));
    await prepared(store, 2);
    await claim(store, { limit: 1, now: NOW });
    const queued: string[] = [];
    await tasks["paperboy:sweep"]?.({}, (_, __, { key }) => Promise.resolve(void queued.push(key)));
    expect((await store.ledger.counts({ editionId: DAY.id, channel: "smtp" })).pending).toBe(2);
    expect(queued).toContain(`paperboy:drain:${DAY.id}:0`);
    expect(queued.at(-1)).toBe("paperboy:sweep");
    expect(told()).toBe(1);
    await destroy();
  });
});

describe("the task of a scheduled run", () => {
  it.each<readonly [ErrorCode, readonly string[]]>([
    ["not-ready", []],
    ["fetch-failed", ["fetch-failed: it failed"]],
  ])("warns about an error unless it is expected: %s", async (code, expected) => {
    const warnings: string[] = [];
    const run = () => Promise.reject(new PaperboyError(code, { message: "it failed" }));
    const warn = (message: string): void => void warnings.push(message);
    await runTasks({ queue, run, clock: () => NOW, print: () => undefined, warn })["paperboy:run"]?.({}, unused);
    expect(warnings).toEqual(expected);
  });

  it("recurs at the given minute, and the sweep each minute", () => {
    expect(recurringTasks(queue, null)).toEqual([{ task: "paperboy:sweep", at: "* * * * *" }]);
    expect(recurringTasks(queue, 17)).toContainEqual({ task: "paperboy:run", at: "17 * * * *" });
  });
});
