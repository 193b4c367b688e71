import { describe, expect, it } from "vitest";
import type { Message } from "../../../src/send/message/body.js";
import type { DrainParts } from "../../../src/send/worker/types.js";
import type { Transport } from "../../../src/send/transport.js";
import { sentResult } from "../../../src/send/send-result.js";
import { drainSetup, readers } from "./draining.js";
import { LETTER } from "../message/letters.js";

/** A letter as large as that of a real day. */
const LONG = {
  ...LETTER,
  html: `<p>${"A sentence of an invented abstract, about patience.\n".repeat(1200)}</p>`,
  text: "A sentence of an invented abstract, about patience.\n".repeat(300),
};

const READERS = 100;
const CONNECTIONS = 5;

/** Accepts every message at once, so that only the work of Paperboy is counted. */
function acceptingTransport(): Transport & { readonly messages: Message[] } {
  const messages: Message[] = [];
  return {
    channel: "smtp",
    name: "a server that accepts everything",
    messages,
    openConnection: () => ({
      send: async (message, gate) => {
        await gate();
        messages.push(message);
        return sentResult("250 2.0.0 accepted");
      },
      close: () => Promise.resolve(),
      abandon: () => undefined,
    }),
  };
}

async function sent(parts: Partial<DrainParts> = {}) {
  const transport = acceptingTransport();
  let letters = 0;
  const { run, calls, editions, states, rows, ledger } = drainSetup(0, { addresses: readers(READERS), letter: LONG });
  const letter: typeof editions.letter = (id) => {
    letters += 1;
    return editions.letter(id);
  };
  // Long enough that only the number of connections decides the size of a commit.
  const limits = { connections: CONNECTIONS, groupMs: 250 };
  await run({ transport, editions: { ...editions, letter }, ledger, limits, ...parts });
  const commits = (name: string): number => calls.filter(([call]) => call === name).length;
  return { messages: transport.messages, letters, commits, states, rows };
}

// Counts operations instead of time, so the test holds on every machine.
describe("a run to a hundred readers of one letter", () => {
  it("composes the letter once, and copies only what differs between readers", async () => {
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

  it("commits once per round of all connections: results together with the next gates", async () => {
    const { commits, states } = await sent();
    expect(states()).toEqual({ sent: READERS });
    // The first four rounds have one, two, three and four connections.
    expect(commits("gate")).toBe(4 + (READERS - 10) / CONNECTIONS);
    // No gate follows the last results.
    expect(commits("settle")).toBe(1);
    // The last claim finds nothing.
    expect(commits("claim")).toBeLessThanOrEqual(4);
  });

  it("has at most one unsettled message per connection", async () => {
    const most = { inDoubt: 0 };
    const { run, rows, ledger } = drainSetup(0, { addresses: readers(READERS), letter: LONG });
    await run({
      transport: acceptingTransport(),
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

  it("claims at most 16 deliveries per connection, whatever the number of readers", async () => {
    const { run, calls } = drainSetup(0, { addresses: readers(400), letter: LONG });
    await run({ transport: acceptingTransport(), limits: { connections: CONNECTIONS } });
    expect(Math.max(...calls.filter(([name]) => name === "claim").map(([, limit]) => limit))).toBe(16 * CONNECTIONS);
  });
});
