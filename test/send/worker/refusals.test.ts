import { describe, expect, it } from "vitest";
import { closeServersAfterEach, drainSetup, readers, scriptedServer, sink } from "./draining.js";

closeServersAfterEach();

const ONE_CONNECTION = { limits: { connections: 1 } };

/** Refuses every nth invented reader as unknown. */
function deadEvery(nth: number) {
  return (to: string) =>
    Number(/\d+/.exec(to)?.[0]) % nth === 0 ? { code: 550, message: "5.1.1 no such user" } : null;
}

describe("F9: a refusal at RCPT", () => {
  it.each([
    ["5.1.1 no such user", true, "refused"],
    ["no such user", true, "refused"],
    ["5.2.1 mailbox disabled", false, "refused"],
    ["5.2.2 mailbox full", false, "refused"],
    ["5.7.1 blocked", false, "deferred"],
    ["5.1.0 sender rejected", false, "deferred"],
    ["5.1.90 the sender reached the daily limit", false, "deferred"],
  ])("with 550 %s ends the subscription: %s; the letter is %s", async (message, suppressed, state) => {
    const server = await sink({ refuse: () => ({ code: 550, message }) });
    const { run, rows } = drainSetup(server.port);
    await run();
    expect(rows[0]).toMatchObject({ state, suppressed, detail: `550 ${message}` });
  });
});

describe("F10: the circuit breaker", () => {
  it("stops a run at five similar policy refusals among the first twenty, and unsubscribes no reader", async () => {
    const server = await sink({ onData: () => ({ code: 550, message: "5.7.515 does not meet the level required" }) });
    const { run, states, rows } = drainSetup(server.port, { addresses: readers(200) });
    const { stopped } = await run();
    expect(stopped).toMatchObject({ kind: "policy", needsOperator: true, hint: expect.stringContaining("SPF") });
    expect(states()["deferred"]).toBe(5);
    expect(rows.some(({ suppressed }) => suppressed)).toBe(false);
    expect((states()["deferred"] ?? 0) + (states()["pending"] ?? 0)).toBe(200);
  });

  it.each([
    ["RCPT", "550 5.1.90 the sender reached the daily limit"],
    ["DATA", "550 5.4.5 Daily user sending limit exceeded"],
    ["end", "550 5.4.5 Daily user sending limit exceeded"],
    ["MAIL", "421 4.7.28 unusual rate of mail"],
  ] as const)(
    "stops a run at once at the sender's limit at %s, and refuses and ends no reader",
    async (moment, words) => {
      const server = await scriptedServer({ [moment]: words });
      const { run, states, rows } = drainSetup(server.port, { addresses: readers(100) });
      const { stopped } = await run();
      expect(stopped).toMatchObject({ kind: "limit", message: expect.stringContaining(words), needsOperator: false });
      expect(states()).toEqual({ deferred: 1, pending: 99 });
      expect(rows.some(({ suppressed }) => suppressed)).toBe(false);
    },
  );

  it("stops a run at a limit that is reached under way, and completes no other message", async () => {
    const server = await sink({
      onData: () =>
        server.messages.length < 50 ? null : { code: 550, message: "5.4.5 Daily user sending limit exceeded" },
    });
    const { run, states } = drainSetup(server.port, { addresses: readers(200) });
    const { stopped } = await run();
    expect(stopped).toMatchObject({ kind: "limit", hint: expect.stringContaining("within 24 hours") });
    expect(states()["sent"]).toBe(50);
    expect(states()["deferred"]).toBeLessThanOrEqual(5);
    expect((states()["deferred"] ?? 0) + (states()["pending"] ?? 0)).toBe(150);
  });

  it.each([
    ["announced", { EHLO: "250-scripted\r\n250 SIZE 100" }],
    ["in the answer to MAIL", { MAIL: "552 5.3.4 message size exceeds the limit" }],
  ] as const)("stops a run at once at a size that is too small, %s, and refuses no reader", async (_, script) => {
    const server = await scriptedServer(script);
    const { run, states } = drainSetup(server.port, { addresses: readers(40) });
    expect((await run()).stopped).toMatchObject({
      kind: "size",
      needsOperator: true,
      message: expect.stringContaining("the letter is too large for 127.0.0.1"),
      hint: expect.stringContaining("view.abstracts: short"),
    });
    expect(states()).toEqual({ pending: 40 });
    expect(server.commands.filter((command) => command.startsWith("MAIL")).length).toBeLessThanOrEqual(1);
  });

  it("stops a run at more than fifty refusals that are more than one in twenty", async () => {
    const server = await sink({ refuse: deadEvery(3) });
    const { run, states } = drainSetup(server.port, { addresses: readers(400) });
    expect((await run()).stopped).toMatchObject({ kind: "refusals", needsOperator: true });
    expect(states()["refused"]).toBeGreaterThan(50);
    expect(states()["refused"]).toBeLessThanOrEqual(51 + 4);
  });

  it("ignores fifty unknown addresses in a large list", async () => {
    const server = await sink({ refuse: deadEvery(22) });
    const { run, states } = drainSetup(server.port, { addresses: readers(1200) });
    expect((await run()).stopped).toBeNull();
    expect(states()).toEqual({ sent: 1146, refused: 54 });
  });

  it("stops a run when the server refuses everything, whatever the reply", async () => {
    const server = await sink({ onData: () => ({ code: 500, message: "5.3.0 Error: command failed" }) });
    const { run, states } = drainSetup(server.port, { addresses: readers(200) });
    expect((await run()).stopped).toMatchObject({ kind: "policy" });
    // What it refuses to all says nothing about one reader.
    expect(states()).toEqual({ pending: 200 });
  });

  it("stops a run when the server never confirms a message", async () => {
    const server = await scriptedServer({ end: "drop" });
    const { run, states } = drainSetup(server.port, { addresses: readers(200) });
    const { stopped } = await run();
    expect(["uncertain", "route"]).toContain(stopped?.kind);
    expect(states()["uncertain"]).toBeLessThanOrEqual(10 + 4);
  });
});

it("F11: sends one recipient per transaction, so that nothing can be refused in part", async () => {
  const server = await scriptedServer({});
  await drainSetup(server.port, { addresses: readers(3) }).run(ONE_CONNECTION);
  const order = server.commands.map((command) => command.split(/[ :]/)[0]);
  expect(order).toEqual(["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"]);
});
