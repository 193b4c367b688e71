import { describe, expect, it } from "vitest";
import { SMTP_TIMES } from "../../../src/send/smtp/session.js";
import { closeServersAfterEach, drainSetup, NOW, readers, scriptedServer, sink } from "../worker/draining.js";
import { LONG } from "../worker/faults.js";

closeServersAfterEach();

const MINUTE = 60_000;
const ONE_CONNECTION = { limits: { connections: 1 } };

function verbs(commands: readonly string[], verb: string): string[] {
  return commands.filter((command) => command.startsWith(verb));
}

// F1, F2, F14 and F15 need processes that die: test/kill. fault-matrix.test.ts has every phase with every fault.
describe("a lost connection", () => {
  it("F3: leaves a message uncertain after the end of data, and it is not sent again", async () => {
    const server = await scriptedServer({ end: "drop" });
    const { run, states } = drainSetup(server.port);
    expect(await run({ wait: true })).toMatchObject({ attempts: { uncertain: 1 }, stopped: null });
    expect((await run({ wait: true })).attempts.uncertain).toBe(0);
    expect(states()).toEqual({ uncertain: 1 });
    expect(verbs(server.commands, "RCPT")).toHaveLength(1);
  });

  it.each(["MAIL", "RCPT", "DATA", "body"] as const)(
    "F4: leaves a message certainly unsent at %s, and it is retried",
    async (phase) => {
      const server = await scriptedServer((connection) => (connection === 0 ? { [phase]: "drop" } : {}));
      const { run, rows } = drainSetup(server.port, phase === "body" ? { letter: LONG } : {});
      await run();
      expect(rows[0]).toMatchObject({ state: "sent", attempts: 2 });
    },
  );

  it("F12: includes a server that never ends its reply", async () => {
    const server = await scriptedServer((connection) => (connection === 0 ? { RCPT: "trickle" } : {}));
    const { run, rows } = drainSetup(server.port);
    await run();
    expect(rows[0]).toMatchObject({ state: "sent", attempts: 2 });
  });

  it("F12: is declared after the end of data only when RFC 5321 permits", () => {
    expect(SMTP_TIMES.reply).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(SMTP_TIMES.greeting).toBe(30_000);
  });

  it("F13: is retried only by the ledger: one MAIL per claim", async () => {
    const server = await scriptedServer((connection) => (connection === 0 ? { RSET: "250 ok" } : {}));
    const { run, rows, calls } = drainSetup(server.port, { addresses: readers(3) });
    await run(ONE_CONNECTION);
    const cut = await scriptedServer({ MAIL: "drop" });
    const second = drainSetup(cut.port);
    await second.run();
    expect(verbs(server.commands, "MAIL")).toHaveLength(3);
    expect(rows.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    expect(calls.filter(([name]) => name === "claim").length).toBeGreaterThan(0);
    expect(verbs(cut.commands, "MAIL")).toHaveLength(second.rows[0]?.attempts ?? 0);
  });
});

describe("F5: 421 at the greeting", () => {
  it("stops a run that has sent nothing, and returns every claim", async () => {
    const server = await scriptedServer({ connect: "421 4.7.0 too busy" });
    const { run, states, pauses } = drainSetup(server.port, { addresses: readers(30) });
    const { attempts, stopped } = await run();
    expect(stopped).toMatchObject({
      kind: "route",
      needsOperator: false,
      message: expect.stringContaining("too busy"),
    });
    expect(attempts).toEqual({ sent: 0, deferred: 0, refused: 0, uncertain: 0, pending: 0 });
    expect([states(), pauses]).toEqual([{ pending: 30 }, []]);
  });

  it("with wait, pauses all sending for 1, 2, 5, 10, 30 and 30 minutes", async () => {
    const server = await scriptedServer((connection) => (connection < 6 ? { connect: "421 4.7.0 too busy" } : {}));
    const { run, states, pauses } = drainSetup(server.port, { addresses: readers(2) });
    expect((await run({ ...ONE_CONNECTION, wait: true, random: () => 0.5 })).stopped).toBeNull();
    expect(states()).toEqual({ sent: 2 });
    expect(pauses).toEqual([1, 2, 5, 10, 30, 30].map((minutes) => minutes * 1.1 * MINUTE));
  });

  it("is waited out once when messages were sent before", async () => {
    const server = await scriptedServer((connection) =>
      connection === 0 ? { RSET: "250 ok" } : { connect: "421 4.7.0 too busy" },
    );
    const { run, states, pauses } = drainSetup(server.port, { addresses: readers(150) });
    expect((await run(ONE_CONNECTION)).stopped).toMatchObject({ kind: "route" });
    expect(states()).toEqual({ sent: 100, pending: 50 });
    expect(pauses).toEqual([MINUTE]);
  });
});

describe("a server that allows two connections", () => {
  it.each(["421 4.7.0 too many connections", "554 5.7.1 too many connections", "drop"])(
    "%s: costs no pause, and is asked for few more",
    async (reply) => {
      const open = new Set<number>();
      let refused = 0;
      const server = await scriptedServer(
        (connection) => {
          if (open.size < 2) {
            open.add(connection);
            return {};
          }
          refused += 1;
          return { connect: reply };
        },
        (connection) => open.delete(connection),
      );
      const { run, states, pauses } = drainSetup(server.port, { addresses: readers(150) });
      expect((await run()).stopped).toBeNull();
      expect([states(), pauses]).toEqual([{ sent: 150 }, []]);
      expect(refused).toBeLessThanOrEqual(3);
    },
  );
});

it("F6: 421 between messages removes a connection, and the message is retried", async () => {
  let connections = 0;
  const server = await scriptedServer((connection) => {
    connections = connection + 1;
    return connection < 2 ? { MAIL: "421 4.7.0 too many messages" } : {};
  });
  const { run, states } = drainSetup(server.port, { addresses: readers(20) });
  const { stopped } = await run({ limits: { connections: 2 } });
  expect([states(), stopped]).toEqual([{ sent: 20 }, null]);
  // Two connections were lost; the remaining worker opened a third.
  expect(connections).toBe(3);
});

it("F7: greylisting defers only that reader, and the second attempt succeeds", async () => {
  const seen = new Set<string>();
  const server = await sink({
    refuse: (address) => {
      const isNew = address.endsWith("@grey.example") && !seen.has(address);
      seen.add(address);
      return isNew ? { code: 450, message: "4.2.0 greylisted" } : null;
    },
  });
  const { run, states } = drainSetup(server.port, { addresses: ["a@grey.example", ...readers(9)] });
  await run();
  expect(states()).toEqual({ sent: 9, deferred: 1 });
  await run({ clock: () => new Date(NOW.getTime() + 4 * MINUTE) });
  expect(states()).toEqual({ sent: 9, deferred: 1 });
  await run({ clock: () => new Date(NOW.getTime() + 6 * MINUTE) });
  expect(states()).toEqual({ sent: 10 });
});

it("F8: 452 after the end of data is definite: the message is deferred", async () => {
  const server = await sink({ onData: () => ({ code: 452, message: "4.3.1 disk full" }) });
  const { run, rows } = drainSetup(server.port);
  await run();
  expect(rows[0]).toMatchObject({ state: "deferred", nextAt: new Date(NOW.getTime() + 5 * MINUTE) });
});
