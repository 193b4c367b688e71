import { describe, expect, it } from "vitest";
import type { ReadyMessage } from "../../../src/send/message/body.js";
import type { DrainParts } from "../../../src/send/worker/types.js";
import type { Transport } from "../../../src/send/transport.js";
import { sentResult } from "../../../src/send/send-result.js";
import { drainSetup, readers } from "./draining.js";
import { LETTER } from "../message/letters.js";

/** A letter of the size that a day's papers make. */
const LONG = {
  ...LETTER,
  html: `<p>${"A sentence of an invented abstract, about patience.\n".repeat(1200)}</p>`,
  text: "A sentence of an invented abstract, about patience.\n".repeat(300),
};

const READERS = 100;
const CONNECTIONS = 5;

/** Takes every message at once and keeps it: what is left to count is our own work. */
function takingTransport(): Transport & { readonly messages: ReadyMessage[] } {
  const messages: ReadyMessage[] = [];
  return {
    channel: "smtp",
    name: "a server that takes all",
    messages,
    openConnection: () => ({
      send: async (message, gate) => {
        await gate();
        messages.push(message);
        return sentResult("250 2.0.0 taken");
      },
      close: () => Promise.resolve(),
      abandon: () => undefined,
    }),
  };
}

async function sent(parts: Partial<DrainParts> = {}) {
  const transport = takingTransport();
  let letters = 0;
  const { run, calls, editions, states, rows, ledger } = drainSetup(0, { addresses: readers(READERS), letter: LONG });
  const letter: typeof editions.letter = (id) => {
    letters += 1;
    return editions.letter(id);
  };
  // So long that only the number of connections decides what is put together.
  const limits = { connections: CONNECTIONS, groupMs: 250 };
  await run({ transport, editions: { ...editions, letter }, ledger, limits, ...parts });
  const commits = (name: string): number => calls.filter(([call]) => call === name).length;
  return { messages: transport.messages, letters, commits, states, rows };
}

// Work is counted, not timed: more of it than this is a slower program on every machine.
describe("a run to a hundred readers of one letter", () => {
  it("makes the letter out once, and copies no more than what differs for each reader", async () => {
    const { messages, letters } = await sent();
    expect([messages.length, letters]).toEqual([READERS, 1]);
    const long = new Set(messages.flatMap(({ wire }) => wire?.pieces.filter(({ length }) => length >= 2048) ?? []));
    expect(long.size).toBe(1);
    const copied = messages.map(({ wire }) =>
      (wire?.pieces ?? []).filter((piece) => !long.has(piece)).reduce((sum, { length }) => sum + length, 0),
    );
    expect(Math.max(...copied)).toBeLessThan(1500);
    expect(messages[0]?.wire?.size).toBeGreaterThan(75_000);
  });

  it("commits once for each turn of all connections: results of the last messages and gates of the next together", async () => {
    const { commits, states } = await sent();
    expect(states()).toEqual({ sent: READERS });
    expect(commits("gate")).toBe(READERS / CONNECTIONS);
    // The last results have no gate to go with.
    expect(commits("settle")).toBe(1);
    // The last claim finds nothing.
    expect(commits("claim")).toBeLessThanOrEqual(4);
  });

  it("has no more in doubt than it has connections: a result is in the ledger before the connection's next message may leave", async () => {
    const most = { inDoubt: 0 };
    const { run, rows, ledger } = drainSetup(0, { addresses: readers(READERS), letter: LONG });
    await run({
      transport: takingTransport(),
      limits: { connections: CONNECTIONS },
      ledger: {
        ...ledger,
        gate: async (claims, now, ended) => {
          const passed = await ledger.gate(claims, now, ended);
          const inDoubt = rows.filter(({ state, gateAt }) => state === "claimed" && gateAt !== null).length;
          most.inDoubt = Math.max(most.inDoubt, inDoubt);
          return passed;
        },
      },
    });
    expect(most.inDoubt).toBe(CONNECTIONS);
  });

  it("claims no more than some for each connection, however many readers there are", async () => {
    const { run, calls } = drainSetup(0, { addresses: readers(400), letter: LONG });
    await run({ transport: takingTransport(), limits: { connections: CONNECTIONS } });
    expect(Math.max(...calls.filter(([name]) => name === "claim").map(([, limit]) => limit))).toBe(16 * CONNECTIONS);
  });
});
