import { expect, it } from "vitest";
import { transportTo, closeServersAfterEach, drainSetup, scriptedServer } from "./draining.js";
import {
  ALL_FAULTS,
  ALL_REFUSALS,
  COUNTED,
  EXPECTED,
  FAULTS,
  LONG,
  loginAt,
  momentOf,
  outcomesOf,
  REFUSALS,
  REFUSED,
  scriptOf,
} from "./faults.js";

closeServersAfterEach();

it.each(Object.keys(EXPECTED))("every fault at %s leaves the expected state", async (phase) => {
  const ends = await outcomesOf(phase, ALL_FAULTS, async (fault) => {
    const server = await scriptedServer(scriptOf(phase, fault));
    const { run, rows } = drainSetup(server.port, phase === "body" ? { letter: LONG } : {});
    const { stopped } = await run({ transport: transportTo(server.port, { login: loginAt(phase) }) });
    return `${rows[0]?.state} ${stopped?.kind ?? "-"}`;
  });
  expect(ends).toEqual(EXPECTED[phase]);
});

it.each(Object.keys(REFUSED))("every refusal at %s leaves the expected state of letter and reader", async (phase) => {
  const damages: Record<string, unknown> = {};
  const ends = await outcomesOf(phase, ALL_REFUSALS, async (kind) => {
    const server = await scriptedServer({ [momentOf(phase)]: REFUSALS[kind] });
    const { run, rows } = drainSetup(server.port);
    const { stopped } = await run();
    damages[kind] = rows[0]?.damage;
    return `${rows[0]?.state} ${stopped?.kind ?? "-"}`;
  });
  expect(ends).toEqual(REFUSED[phase]);
  const counted = ALL_REFUSALS.map((kind) => [kind, phase === "MAIL" ? null : (COUNTED[kind] ?? null)]);
  expect(damages).toEqual(Object.fromEntries(counted));
});

it.each(["MAIL", "RCPT", "DATA", "body"])(
  "a fault at %s of the first connection only does not prevent that the message is sent once in the same run",
  async (phase) => {
    const lost = ALL_FAULTS.filter((fault) => /^(?:deferred|pending) route/.test(EXPECTED[phase]?.[fault] ?? ""));
    const ends = await outcomesOf(phase, lost, async (fault) => {
      const server = await scriptedServer((connection) =>
        connection === 0 ? { [momentOf(phase)]: FAULTS[fault] } : {},
      );
      const { run, states } = drainSetup(server.port, phase === "body" ? { letter: LONG } : {});
      return JSON.stringify([await run(), states()]);
    });
    const attempts = { sent: 1, deferred: 0, refused: 0, uncertain: 0, pending: 1 };
    const sent = JSON.stringify([{ attempts, stopped: null }, { sent: 1 }]);
    expect(ends).toEqual(Object.fromEntries(lost.map((fault) => [fault, sent])));
    expect(lost.length).toBeGreaterThan(3);
  },
);
