import { describe, expect, it } from "vitest";
import { smtpTransport } from "../../../src/send/smtp/connection.js";
import { closeServersAfterEach, drainSetup, readers, scriptedServer, sink } from "./draining.js";

closeServersAfterEach();

const MINUTE = 60_000;

describe("a drain that is asked to stop", () => {
  it("claims nothing more, finishes messages in transmission, and returns the rest", async () => {
    const stop = new AbortController();
    const server = await sink({
      onData: () => {
        if (server.messages.length === 10) {
          stop.abort();
        }
        return null;
      },
    });
    const { run, states } = drainSetup(server.port, { addresses: readers(100) });
    const { attempts, stopped } = await run({ signal: stop.signal });
    expect(stopped).toMatchObject({ kind: "interrupted" });
    expect(states()).toEqual({ sent: attempts.sent, pending: 100 - attempts.sent });
    expect(server.messages).toHaveLength(attempts.sent);
    expect(attempts.sent).toBeLessThanOrEqual(11 + 5);
  });

  it("closes connections after the grace period: a message after its end of data becomes uncertain", async () => {
    const stop = new AbortController();
    const server = await scriptedServer({ end: "silence" });
    const { run, states, ledger } = drainSetup(server.port, { addresses: readers(10) });
    const { stopped } = await run({
      signal: stop.signal,
      limits: { connections: 1, graceMs: 1 },
      transport: smtpTransport({
        settings: { host: "127.0.0.1", port: server.port, secure: false, login: null, allowPlaintext: false },
      }),
      ledger: {
        ...ledger,
        gate: async (claims, now, ended) => {
          setImmediate(() => stop.abort());
          return ledger.gate(claims, now, ended);
        },
      },
      sleep: async () => new Promise((resolve) => setImmediate(resolve)),
    });
    expect(stopped).toMatchObject({ kind: "interrupted" });
    expect(states()).toEqual({ uncertain: 1, pending: 9 });
  });

  it("opens no connection when asked before it starts", async () => {
    const server = await sink();
    const { run, states } = drainSetup(server.port, { addresses: readers(3) });
    expect((await run({ signal: AbortSignal.abort() })).stopped).toMatchObject({ kind: "interrupted" });
    expect([server.connections(), states()]).toEqual([0, { pending: 3 }]);
  });

  it("stops waiting for a deferral", async () => {
    const stop = new AbortController();
    const server = await sink({ refuse: () => ({ code: 450, message: "4.2.0 later" }) });
    const { run } = drainSetup(server.port);
    const sleep = async (ms: number) => void (ms === 5 * MINUTE && stop.abort());
    expect((await run({ wait: true, signal: stop.signal, sleep })).stopped).toMatchObject({ kind: "interrupted" });
  });
});
