import { describe, expect, it } from "vitest";
import { smtpTransport } from "../../../src/send/smtp/connection.js";
import { closeServersAfterEach, drainSetup, NOW, readers, scriptedServer, SHORT, sink } from "./draining.js";

closeServersAfterEach();

const MINUTE = 60_000;

it("F15: a lost claim fails at the gate, before the end of data is sent", async () => {
  const server = await sink();
  const { run, rows, ledger, takeOver } = drainSetup(server.port, { addresses: readers(1) });
  const { attempts } = await run({
    ledger: {
      ...ledger,
      gate: async (claims, now, ended) => {
        takeOver();
        rows.forEach((row) => (row.state = "sent"));
        return ledger.gate(claims, now, ended);
      },
    },
  });
  expect(attempts).toMatchObject({ sent: 0, pending: 1 });
  expect([server.messages.length, rows[0]?.state]).toEqual([0, "sent"]);
});

it("F15: an old claim and its successor in one commit do not both pass", async () => {
  const server = await sink();
  const { run, rows, ledger } = drainSetup(server.port, { addresses: readers(1) });
  let turns = 0;
  const { attempts } = await run({
    limits: { connections: 2, groupMs: 50 },
    ledger: {
      ...ledger,
      // Another process recovers the first claim; this one claims the delivery again.
      claim: async (query) => {
        turns += 1;
        rows.forEach((row) => (row.state = turns === 2 ? "pending" : row.state));
        return ledger.claim(query);
      },
    },
  });
  expect(server.messages).toHaveLength(1);
  expect(attempts.sent).toBe(1);
});

it("F16: a slow ledger at the gate does not count against the server's time-out", async () => {
  const server = await scriptedServer({});
  const { run, states, ledger } = drainSetup(server.port);
  const slow = Math.max(SHORT.command, SHORT.data) * 2;
  const settings = { host: "127.0.0.1", port: server.port, secure: false, login: null, allowPlaintext: false };
  await run({
    transport: smtpTransport({ settings, times: { ...SHORT, reply: 20 * slow } }),
    ledger: {
      ...ledger,
      gate: async (claims, now, ended) => {
        await new Promise((resolve) => setTimeout(resolve, slow));
        return ledger.gate(claims, now, ended);
      },
    },
  });
  expect(states()).toEqual({ sent: 1 });
});

describe("F17, F18: a full disk", () => {
  it("at the claim sends nothing, and throws the cause", async () => {
    const server = await sink();
    const { run, states, fail } = drainSetup(server.port, { addresses: readers(5) });
    fail("claim", 100);
    await expect(run()).rejects.toThrow("the disk is full at claim");
    expect([server.messages.length, states()]).toEqual([0, { pending: 5 }]);
  });

  it("at the gate prevents the end of data", async () => {
    const server = await sink();
    const { run, fail, takeOver, states } = drainSetup(server.port, { addresses: readers(5) });
    fail("gate", 100);
    await expect(run()).rejects.toThrow("the disk is full at gate");
    takeOver();
    expect([server.messages.length, states()]).toEqual([0, { pending: 5 }]);
  });

  it("after the 250 retries to record the result for half a minute", async () => {
    const server = await sink();
    const { run, fail, states, pauses } = drainSetup(server.port, { addresses: readers(1) });
    fail("settle", 29);
    expect((await run()).attempts.sent).toBe(1);
    expect([states(), pauses.length]).toEqual([{ sent: 1 }, 29]);
  });

  it("for longer leaves the message claimed; it becomes uncertain and is not sent again", async () => {
    const server = await sink();
    const { run, fail, states, takeOver } = drainSetup(server.port, { addresses: readers(1) });
    fail("settle", 31);
    await expect(run()).rejects.toThrow("the disk is full at settle");
    takeOver();
    await run();
    expect([server.messages.length, states()]).toEqual([1, { uncertain: 1 }]);
  });
});

it("F22: a reader who leaves during a run gets at most the message in transmission", async () => {
  let left = false;
  let after = 0;
  const server = await sink({
    onData: () => {
      after += left ? 1 : 0;
      if (server.messages.length === 20 && !left) {
        left = true;
        rows.forEach((row) => (row.readerLeft = true));
      }
      return null;
    },
  });
  const { run, rows, states } = drainSetup(server.port, { addresses: readers(100) });
  await run();
  expect(after).toBeLessThanOrEqual(5);
  expect(states()["suppressed"]).toBe(100 - server.messages.length);
  expect(states()["pending"]).toBeUndefined();
});

it("F39: a clock that goes back during a run causes no second copy and no deferral in the past", async () => {
  const server = await sink({
    refuse: (address) => (address.startsWith("reader1@") ? { code: 450, message: "4.2.0 later" } : null),
  });
  let reads = 0;
  const clock = () => new Date(NOW.getTime() - (reads++ > 3 ? 60 * MINUTE : 0));
  const { run, states, rows } = drainSetup(server.port, { addresses: readers(20) });
  await run({ clock });
  expect(states()).toEqual({ sent: 19, deferred: 1 });
  expect(rows[0]?.nextAt).toEqual(new Date(NOW.getTime() + 5 * MINUTE));
  expect(server.messages).toHaveLength(19);
});
