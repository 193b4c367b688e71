import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { openStore } from "../../src/app/open-store.js";
import type { Store } from "../../src/store/store.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { findPostgres, startPostgres } from "../support/postgres.js";
import type { PostgresServer } from "../support/postgres.js";
import { startSmtp } from "../support/smtp.js";
import type { SmtpOptions } from "../support/smtp.js";

const daily = fixture("pages/daily.html");
const SECRET = "a secret of sixteen and more";

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}

const counts = ({ store }: { store: Store }, editionId: string) => store.ledger.counts({ editionId, channel: "smtp" });

const isMissing = findPostgres() === null && process.env["CI"] === undefined;

it("requires PostgreSQL", async () => {
  const { exit, stdout, stderr } = await paperboy(["work"]);
  expect({ exit, said: stdout + stderr }).toMatchObject({
    exit: 3,
    said: expect.stringContaining("docs/postgresql.md"),
  });
});

describe.skipIf(isMissing)("workers over one PostgreSQL (install postgresql to run this)", () => {
  let server: PostgresServer;
  let schemas = 0;
  const open: { close(): Promise<unknown> }[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());
  afterEach(async () => {
    for (const part of open.splice(0).toReversed()) await part.close();
  });

  /** A database of its own, a mail server, and so many readers. */
  async function office(readers: number, options: SmtpOptions = {}) {
    schemas += 1;
    const schema = `work${schemas}`;
    const smtp = await startSmtp(options);
    const target = server.store(schema);
    const environment = {
      PAPERBOY_STORE: target,
      PAPERBOY_SECRET: SECRET,
      PAPERBOY_SMTP_URL: smtp.url,
      PAPERBOY_FROM: "Paperboy <digest@example.org>",
      PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org",
    };
    const key = (await import("../../src/config/keys.js")).readSecrets({ given: SECRET, file: null });
    const store = await openStore({ target, key: (await key).home });
    open.push(store, smtp);
    const people = Array.from({ length: readers }, (_, number) => ({
      address: `r${number}@example.com`,
      state: "active" as const,
      frequency: "daily" as const,
      view: DEFAULT_VIEW,
      origin: "operator" as const,
    }));
    await store.subscribers.add(people, { now: new Date("2026-10-01T00:00:00Z") });
    return { schema, smtp, store, environment };
  }

  type Office = Awaited<ReturnType<typeof office>>;

  function startWorker({ environment }: Office, args: readonly string[] = []) {
    const stop = new AbortController();
    let said = "";
    const ended = paperboy(["work", ...args], {
      home: freshHome(),
      environment,
      signal: stop.signal,
      onStderr: (text) => (said += text),
    });
    const end = (): Promise<Run> => (stop.abort(), ended);
    open.push({ close: end });
    return { end, said: () => said };
  }

  async function jobs({ schema }: Office): Promise<readonly { key: string; attempts: number }[]> {
    const client = new Client({ connectionString: server.store(schema).replace(/&schema=.*/, "") });
    await client.connect();
    const { rows } = await client.query<{ key: string; attempts: number }>(
      "SELECT key, attempts FROM graphile_worker.jobs WHERE task_identifier = $1 ORDER BY key",
      [`${schema}:drain`],
    );
    await client.end();
    return rows;
  }

  const recipients = ({ smtp }: Office) => smtp.messages.map(({ envelope }) => envelope.to[0] ?? "");

  it("share an edition with the run that prepared it, and with each other: each reader once", async () => {
    const at = await office(300);
    const workers = [startWorker(at), startWorker(at)];
    await until(() => workers.every(({ said }) => said().includes("Working on")));
    const run = await paperboy(["run", daily, "--json"], { environment: at.environment });
    expect(run.json()).toMatchObject({ reason: "sent", exit: 0, editions: [{ counts: { prepared: 300, sent: 300 } }] });
    expect(new Set(recipients(at)).size).toBe(300);
    expect(recipients(at)).toHaveLength(300);
    const ends = await Promise.all(workers.map(({ end }) => end()));
    expect(ends.map(({ exit }) => exit)).toEqual([0, 0]);
  });

  it("deliver the letters of a paused run once it is resumed, and end every job", async () => {
    const at = await office(40);
    const worker = startWorker(at);
    await until(async () => (await at.store.runs.get("none")) === null && worker.said().includes("Working on"));
    await until(async () => (await jobs(at).catch(() => null)) !== null);
    await paperboy(["pause"], { environment: at.environment });
    const run = await paperboy(["run", daily, "--json"], { environment: at.environment });
    expect(run.exit).toBe(7);
    expect(recipients(at)).toEqual([]);
    await paperboy(["resume"], { environment: at.environment });
    await sweepNow(at);
    await until(() => recipients(at).length === 40);
    await until(async () => (await jobs(at)).length === 0);
    await worker.end();
    const [edition] = await at.store.editions.recent(1);
    expect(await counts(at, edition?.edition.id ?? "")).toMatchObject({ prepared: 40, sent: 40 });
  });

  it("find the queued jobs of an edition as soon as it is prepared, and none if preparing fails", async () => {
    const at = await office(3);
    const worker = startWorker(at);
    await until(async () => (await jobs(at).catch(() => null)) !== null);
    await worker.end();
    await paperboy(["pause"], { environment: at.environment });
    await paperboy(["run", daily], { environment: at.environment });
    const [edition] = await at.store.editions.recent(1);
    const id = edition?.edition.id ?? "";
    expect((await jobs(at)).map(({ key }) => key)).toEqual(
      Array.from({ length: 16 }, (_, shard) => `${at.schema}:drain:${id}:${shard}`).toSorted(),
    );
    const refused = await paperboy(["run", fixture("pages/bot-check.html")], { environment: at.environment });
    expect(refused.exit).not.toBe(0);
    expect(await jobs(at)).toHaveLength(16);
  });

  async function sweepNow({ schema }: Office): Promise<void> {
    const { quickAddJob } = (await import("graphile-worker")).default;
    const connectionString = server.store(schema).replace(/&schema=.*/, "");
    await quickAddJob({ connectionString }, `${schema}:sweep`, {}, { jobKey: `${schema}:sweep` });
  }

  it("notify the operator once of a letter that a dead worker left uncertain; the next run reports it as well", async () => {
    const at = await office(2);
    const told = { ...at, environment: { ...at.environment, PAPERBOY_ALERT_TO: "ops@example.org" } };
    await paperboy(["pause"], { environment: at.environment });
    await paperboy(["run", daily], { environment: at.environment });
    await paperboy(["resume"], { environment: at.environment });
    const now = new Date("2026-10-05T07:00:00Z");
    const claims = await at.store.ledger.claim({ channel: "smtp", editionIds: [], limit: 1, now, leaseMs: 60_000 });
    await at.store.ledger.gate(claims, now);
    await at.store.ledger.renew(claims, 0);
    const worker = startWorker(told);
    await until(() => recipients(at).length === 2);
    const id = claims[0]?.editionId ?? "";
    expect(recipients(at).filter((to) => to !== "ops@example.org")).toHaveLength(1);
    expect(at.smtp.messages.find(({ envelope }) => envelope.to[0] === "ops@example.org")?.raw).toContain(
      "paperboy uncertain list",
    );
    expect(worker.said()).toContain("1 letter may or may not have arrived");
    await sweepNow(at);
    await worker.end();
    const runs = [];
    for (const _ of [1, 2]) runs.push(await paperboy(["run", daily, "--json"], { environment: told.environment }));
    expect(runs.map(({ exit }) => exit)).toEqual([7, 0]);
    expect(runs[0]?.json()).toMatchObject({
      reason: "send-incomplete",
      failures: expect.arrayContaining([
        expect.objectContaining({ hint: expect.stringContaining(`paperboy uncertain resolve ${id} --as sent`) }),
      ]),
    });
    expect(recipients(at).filter((to) => to === "ops@example.org")).toHaveLength(1);
  });

  it("share one limit", async () => {
    const at = await office(60);
    const limited = { ...at, environment: { ...at.environment, PAPERBOY_DELIVERY_PER_HOUR: "25" } };
    const workers = [startWorker(limited), startWorker(limited), startWorker(limited)];
    await until(async () => (await jobs(at).catch(() => null)) !== null);
    const run = await paperboy(["run", daily, "--json"], { environment: limited.environment });
    expect(run.exit).toBe(7);
    // The run ends when nothing is left for it; workers may have what was counted still on the wire.
    await until(() => recipients(at).length >= 25);
    await Promise.all(workers.map(({ end }) => end()));
    expect(recipients(at)).toHaveLength(25);
  });

  it("report their health, and continue when the database is available again", async () => {
    const at = await office(5);
    const worker = startWorker(at, ["--health-port", "0"]);
    await until(() => /port \d+/.test(worker.said()));
    const health = `http://127.0.0.1:${/port (\d+)/.exec(worker.said())?.[1]}`;
    const status = async (path: string) => (await fetch(`${health}${path}`)).status;
    expect([await status("/healthz"), await status("/else")]).toEqual([200, 404]);
    expect(await (await fetch(`${health}/metrics`)).text()).toContain('paperboy_subscribers{state="active"} 5');
    await server.stop();
    await server.start();
    await paperboy(["run", daily], { environment: at.environment });
    expect(await status("/healthz")).toBe(200);
    expect(recipients(at)).toHaveLength(5);
    expect((await worker.end()).exit).toBe(0);
  });
});
