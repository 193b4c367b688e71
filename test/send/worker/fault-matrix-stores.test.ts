import { describe, expect, it } from "vitest";
import type { Letter } from "../../../src/core/model.js";
import type { Store } from "../../../src/store/store.js";
import { DAY, planOf, VIEW } from "../../contract/store/fixtures.js";
import { describeServed } from "../../store/postgres/servers.js";
import { openTemporary } from "../../store/temporary.js";
import { transportTo, closeServersAfterEach, drainOver, NOW, readers, scriptedServer } from "./draining.js";
import type { SmtpScript } from "../../support/smtp.js";
import {
  ALL_FAULTS,
  ALL_REFUSALS,
  COUNTED,
  EXPECTED,
  LONG,
  loginAt,
  momentOf,
  outcomesOf,
  REFUSALS,
  REFUSED,
  scriptOf,
} from "./faults.js";
import { LETTER } from "../message/letters.js";

closeServersAfterEach();

type Open = () => Promise<{ readonly store: Store; destroy(): Promise<void> }>;

/** Runs the table of the in-memory ledger on a database. */
function faultMatrix(open: Open): void {
  async function outcome(phase: string, script: SmtpScript): Promise<string> {
    const opened = await open();
    const { store } = opened;
    await prepareOne(store, phase === "body" ? LONG : LETTER);
    const server = await scriptedServer(script);
    const { run } = drainOver(store, server.port);
    const { stopped } = await run({ transport: transportTo(server.port, { login: loginAt(phase) }) });
    const rows = await store.ledger.list({ after: 0, limit: 2 });
    const { bounced } = await store.subscribers.count();
    const problems = await store.check();
    await opened.destroy();
    const ended = bounced > 0 ? ["ended"] : [];
    return [...rows.map(({ state }) => state), stopped?.kind ?? "-", ...ended, ...problems].join(" ");
  }

  it.each(Object.keys(EXPECTED))("gives the expected state for every fault at %s", async (phase) => {
    const ends = await outcomesOf(phase, ALL_FAULTS, (fault) => outcome(phase, scriptOf(phase, fault)));
    expect(ends).toEqual(EXPECTED[phase]);
  });

  it.each(Object.keys(REFUSED))(
    "gives the expected state of letter and reader for every refusal at %s",
    async (phase) => {
      const ends = await outcomesOf(phase, ALL_REFUSALS, (kind) =>
        outcome(phase, { [momentOf(phase)]: REFUSALS[kind] }),
      );
      const expected = ALL_REFUSALS.map((kind) => {
        const isEnded = phase !== "MAIL" && COUNTED[kind] === "hard";
        return [kind, `${REFUSED[phase]?.[kind]}${isEnded ? " ended" : ""}`];
      });
      expect(ends).toEqual(Object.fromEntries(expected));
    },
  );
}

/** What a breaker found holds for the next process, too. */
function remembersHolds(open: Open): void {
  it("holds the letters of later runs after a refusal of the sender, and tries one", async () => {
    const opened = await open();
    const { store } = opened;
    const addresses = readers(20);
    const reader = { state: "active", frequency: "daily", view: VIEW, origin: "operator" } as const;
    await store.subscribers.add(
      addresses.map((address) => ({ ...reader, address })),
      { now: NOW },
    );
    await store.editions.prepare(await planOf(store, DAY, { query: { now: NOW } }));
    const server = await scriptedServer({ end: "554 5.3.0 we take no mail of yours" });
    const tries: number[] = [];
    for (const hours of [0, 1, 2]) {
      const now = new Date(NOW.getTime() + hours * 3_600_000);
      expect((await drainOver(store, server.port).run({ clock: () => now })).stopped).toMatchObject({ kind: "policy" });
      tries.push(server.commands.filter((command) => command.startsWith("MAIL")).length);
    }
    const { refused, deferred, pending } = await store.ledger.counts({ editionId: DAY.id, channel: "smtp" });
    await opened.destroy();
    expect([tries, refused, deferred + pending]).toEqual([[15, 16, 17], 0, 20]);
  });
}

async function prepareOne(store: Store, letter: Letter): Promise<void> {
  const reader = { state: "active", frequency: "daily", view: VIEW, origin: "operator" } as const;
  const [address = ""] = readers(1);
  await store.subscribers.add([{ ...reader, address }], { now: NOW });
  const plan = await planOf(store, DAY, { query: { now: NOW } });
  await store.editions.prepare({ ...plan, letters: plan.letters.map((group) => ({ ...group, letter })) });
}

describe("the fault matrix on SQLite", () => {
  faultMatrix(openTemporary);
  remembersHolds(openTemporary);
});

describeServed("the fault matrix on PostgreSQL", ({ openEmpty }) => {
  faultMatrix(openEmpty);
  remembersHolds(openEmpty);
});
