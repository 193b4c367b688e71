import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { SmtpScript } from "../../support/smtp.js";
import { transportTo, closeServersAfterEach, drainSetup, readers, scriptedServer, sink } from "./draining.js";
import { ALL_FAULTS, EXPECTED, FAULTS, LONG, momentOf, outcomesOf } from "./faults.js";

closeServersAfterEach();

const OFFER = "250-scripted\r\n250-PIPELINING\r\n250 SIZE 10000000";
const ONE_LANE = { limits: { connections: 1 } };

/** Starts a server that offers PIPELINING. */
const pipelining = (script: SmtpScript | ((connection: number) => SmtpScript)) =>
  scriptedServer((connection) => ({
    EHLO: OFFER,
    ...(typeof script === "function" ? script(connection) : script),
  }));

const verbs = (commands: readonly string[]) => commands.map((command) => command.split(/[ :]/)[0]);

/** Starts a server that offers PIPELINING and discards what arrives in one chunk with the end of the data. */
async function forgetful(): Promise<{ readonly port: number; connections(): number }> {
  let connections = 0;
  const server = createServer((socket) => {
    let inData = false;
    connections += 1;
    socket.write("220 forgetful\r\n");
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      if (inData && !text.includes("\r\n.\r\n")) return;
      const lines = inData ? ["."] : text.split("\r\n").slice(0, -1);
      inData = lines.includes("DATA");
      lines.forEach((line) =>
        socket.write(line.startsWith("EHLO") ? `${OFFER}\r\n` : line === "DATA" ? "354 go on\r\n" : "250 fine\r\n"),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  forgetfulServers.push(server);
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

const forgetfulServers: Server[] = [];

afterEach(() => forgetfulServers.splice(0).forEach((server) => server.close()));

// A fault has the same result whether commands are pipelined or not.
it.each(["MAIL", "RCPT", "DATA", "body", "after the dot", "QUIT"])(
  "every fault at %s of a pipelined message leaves the expected state",
  async (phase) => {
    const ends = await outcomesOf(phase, ALL_FAULTS, async (fault) => {
      const server = await pipelining({ [momentOf(phase)]: FAULTS[fault] });
      const { run, rows } = drainSetup(server.port, phase === "body" ? { letter: LONG } : {});
      const { stopped } = await run();
      return `${rows[0]?.state} ${stopped?.kind ?? "-"}`;
    });
    expect(ends).toEqual(EXPECTED[phase]);
  },
);

it.each(["MAIL", "RCPT", "DATA", "after the dot", "QUIT"])(
  "every fault at %s of the first connection, with more messages queued, leaves each delivery in a final state or pending",
  async (phase) => {
    const ends = await outcomesOf(phase, ALL_FAULTS, async (fault) => {
      const server = await pipelining((connection) => (connection === 0 ? { [momentOf(phase)]: FAULTS[fault] } : {}));
      const { run, rows } = drainSetup(server.port, { addresses: readers(3) });
      const { attempts } = await run(ONE_LANE);
      // A message whose end of data may have left is uncertain; the others are sent later or deferred.
      const isKnown = rows.every(({ state }) =>
        ["sent", "refused", "deferred", "uncertain", "pending"].includes(state),
      );
      const sent = rows.filter(({ state }) => state === "sent").length;
      return `${isKnown} ${attempts.sent === sent} ${attempts.uncertain <= 1}`;
    });
    expect(ends).toEqual(Object.fromEntries(ALL_FAULTS.map((fault) => [fault, "true true true"])));
  },
);

describe("an envelope pipelined behind the data", () => {
  it("keeps the order of commands, with one recipient per transaction", async () => {
    const server = await pipelining({});
    const { run, states } = drainSetup(server.port, { addresses: readers(5) });
    await run(ONE_LANE);
    expect(states()).toEqual({ sent: 5 });
    const envelopes = Array.from({ length: 5 }, () => ["MAIL", "RCPT", "DATA"]).flat();
    expect(verbs(server.commands)).toEqual(["EHLO", ...envelopes, "QUIT"]);
    expect(server.commands.filter((command) => command.startsWith("RCPT"))).toEqual(
      readers(5).map((reader) => `RCPT TO:<${reader}>`),
    );
  });

  it("sends no data before the gate of its own message", async () => {
    const server = await sink();
    const { run, rows, ledger, states } = drainSetup(server.port, { addresses: readers(4) });
    const asked: number[] = [];
    await run({
      ...ONE_LANE,
      ledger: {
        ...ledger,
        gate: async (claims, now, ended) => {
          asked.push(server.messages.length);
          // The second reader leaves while the envelope is in transmission.
          rows.forEach((row) => (row.readerLeft ||= row.id === 2));
          return ledger.gate(claims, now, ended);
        },
      },
    });
    expect(states()).toEqual({ sent: 3, suppressed: 1 });
    expect(server.messages.map(({ envelope }) => envelope.to[0])).toEqual([1, 3, 4].map((id) => rows[id - 1]?.address));
    expect(asked.slice(0, 2)).toEqual([0, 1]);
  });

  it("is judged by its own replies, not by those to the message before", async () => {
    const server = await sink({
      refuse: (address) => (address.startsWith("reader2@") ? { code: 550, message: "5.1.1 no such user" } : null),
      onData: ({ envelope }) =>
        envelope.to[0]?.startsWith("reader3@") ? { code: 554, message: "5.6.0 not this" } : null,
    });
    const { run, rows } = drainSetup(server.port, { addresses: readers(5) });
    await run(ONE_LANE);
    expect(rows.map(({ state, suppressed }) => `${state}${suppressed ? "!" : ""}`)).toEqual([
      "sent",
      "refused!",
      "refused",
      "sent",
      "sent",
    ]);
    expect(server.connections()).toBe(1);
  });

  it("is not pipelined again to a server that discards it", async () => {
    const server = await forgetful();
    const { run, states } = drainSetup(server.port, { addresses: readers(6) });
    const { attempts } = await run(ONE_LANE);
    expect(states()).toEqual({ sent: 6 });
    expect([attempts.pending, server.connections()]).toEqual([1, 2]);
  });

  it.each([
    ["at the end of the data", { end: "drop" }, { uncertain: 1, sent: 2 }],
    ["at the pipelined envelope", { end: "250 taken\r\n421 4.7.0 enough" }, { sent: 3 }],
  ] as const)("is not sent twice when the connection breaks %s", async (_, script, expected) => {
    const server = await pipelining((connection) => (connection === 0 ? script : {}));
    const { run, states } = drainSetup(server.port, { addresses: readers(3) });
    await run(ONE_LANE);
    expect(states()).toEqual(expected);
  });

  it("ends the data when a server accepts DATA without a recipient", async () => {
    const server = await pipelining((connection) => (connection === 0 ? { RCPT: "550 5.1.1 no such user" } : {}));
    const { run, rows } = drainSetup(server.port, { addresses: readers(2) });
    await run(ONE_LANE);
    expect(rows.map(({ state }) => state)).toEqual(["refused", "refused"]);
    expect(verbs(server.commands)).toEqual([
      "EHLO",
      "MAIL",
      "RCPT",
      "DATA",
      "RSET",
      "MAIL",
      "RCPT",
      "DATA",
      "RSET",
      "QUIT",
    ]);
  });

  it("works after a login and across reconnects", async () => {
    const server = await sink({ auth: { user: "me", password: "right" }, tls: "implicit" });
    const { run, states } = drainSetup(server.port, { addresses: readers(230) });
    const transport = transportTo(server.port, { secure: true, login: { user: "me", password: "right" } });
    await run({ transport, limits: { connections: 2 } });
    expect(states()).toEqual({ sent: 230 });
    expect(new Set(server.messages.map(({ envelope }) => envelope.to[0])).size).toBe(230);
  });
});
