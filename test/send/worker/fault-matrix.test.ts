import { describe, expect, it } from "vitest";
import { transportTo, closeServersAfterEach, drainSetup, scriptedServer } from "./draining.js";
import {
  COUNTED,
  EXPECTED,
  type Fault,
  FAULTS,
  LONG,
  loginAt,
  momentOf,
  REFUSALS,
  type RefusalKind,
  REFUSED,
  scriptOf,
} from "./faults.js";

closeServersAfterEach();

async function outcome(phase: string, fault: Fault): Promise<string> {
  const server = await scriptedServer(scriptOf(phase, fault));
  const { run, rows } = drainSetup(server.port, phase === "body" ? { letter: LONG } : {});
  const { stopped } = await run({ transport: transportTo(server.port, { login: loginAt(phase) }) });
  return `${rows[0]?.state} ${stopped?.kind ?? "-"}`;
}

describe.each(Object.keys(EXPECTED))("a fault at %s", (phase) => {
  it.each(Object.keys(FAULTS) as Fault[])("leaves the expected state: %s", async (fault) => {
    expect(await outcome(phase, fault)).toBe(EXPECTED[phase]?.[fault]);
  });
});

describe.each(Object.keys(REFUSED))("a refusal at %s", (phase) => {
  it.each(Object.keys(REFUSALS) as RefusalKind[])("%s", async (kind) => {
    const server = await scriptedServer({ [momentOf(phase)]: REFUSALS[kind] });
    const { run, rows } = drainSetup(server.port);
    const { stopped } = await run();
    expect(`${rows[0]?.state} ${stopped?.kind ?? "-"}`).toBe(REFUSED[phase]?.[kind]);
    expect(rows[0]?.damage).toBe(phase === "MAIL" ? null : (COUNTED[kind] ?? null));
  });
});

describe("a fault of the first connection only", () => {
  const cells = Object.entries(EXPECTED).flatMap(([phase, row]) =>
    (Object.keys(row) as Fault[])
      .filter((fault) => row[fault] !== "sent -" && /^(?:deferred|pending) route/.test(row[fault]))
      .filter(() => !["connect", "EHLO", "STARTTLS", "AUTH"].includes(phase))
      .map((fault) => [phase, fault] as const),
  );

  it.each(cells)("at %s (%s) does not prevent that the message is sent once in the same run", async (phase, fault) => {
    const server = await scriptedServer((connection) => (connection === 0 ? { [momentOf(phase)]: FAULTS[fault] } : {}));
    const { run, states } = drainSetup(server.port, phase === "body" ? { letter: LONG } : {});
    expect(await run()).toMatchObject({ attempts: { sent: 1, pending: 1 }, stopped: null });
    expect(states()).toEqual({ sent: 1 });
  });
});
