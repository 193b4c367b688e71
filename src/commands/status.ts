import { PaperboyError } from "../errors.js";
import { DELIVERY_STATES } from "../model.js";
import type { DeliveryState } from "../model.js";
import { editionResult } from "../round/round.js";
import type { EditionResult } from "../round/round.js";
import type { SavedEdition, Store } from "../store/store.js";
import { fit, paint, table } from "../terminal.js";
import type { CommandModule } from "./command.js";

const EDITIONS_SHOWN = 10;
const MOST_DELIVERIES = 200;

/** `paperboy status [EDITION]`: what went out, to how many, what is owed, and why. */
export const status: CommandModule = {
  description: "Say what became of the last editions, or of every delivery of one that is not simply sent.",
  examples: ["paperboy status", "paperboy status day:2026-10-02", "paperboy status --json"],
  define: (command, run) =>
    command.argument("[edition]", "an edition's id, such as day:2026-10-02").action((id) =>
      run(async (app) => {
        const store = await app.store();
        const saved = id === undefined ? await store.editions.recent(EDITIONS_SHOWN) : await findEditions(store, id);
        const editions = await Promise.all(saved.map((edition) => editionResult(edition, store)));
        const paused = (await store.runs.get("paused")) === true;
        const lines = [
          ...(paused ? [paint.warn("paused: nothing goes out until `paperboy resume`")] : []),
          editions.length === 0 ? "nothing has gone out yet" : editionTable(saved, editions),
          ...(id === undefined ? await lastRun(store) : await deliveriesOf(store, id)),
          ...adviceOn(editions),
        ];
        return { message: `${editions.length} editions`, data: `${lines.join("\n")}\n`, result: { paused, editions } };
      }),
    ),
};

/** The editions of an id: one for each channel that it went out on. */
export async function findEditions(store: Store, editionId: string): Promise<readonly SavedEdition[]> {
  const found = await Promise.all(
    (["smtp", "outbox"] as const).map((channel) => store.editions.find({ editionId, channel })),
  );
  const saved = found.filter((edition) => edition !== null);
  if (saved.length > 0) return saved;
  throw new PaperboyError("usage", {
    message: `no edition ${editionId} is known`,
    hint: "See `paperboy status` for the last ones.",
  });
}

function editionTable(saved: readonly SavedEdition[], editions: readonly EditionResult[]): string {
  const rows = editions.map(({ id, papers, counts }, index) => [
    fit(id, 40),
    saved[index]?.channel ?? "",
    saved[index]?.preparedAt.toISOString().slice(0, 16).replace("T", " ") ?? "",
    String(papers),
    String(counts.prepared),
    ...DELIVERY_STATES.map((state) => (counts[state] === 0 ? "-" : String(counts[state]))),
  ]);
  const [head = "", ...lines] = table([
    ["edition", "channel", "prepared (UTC)", "papers", "letters", ...DELIVERY_STATES],
    ...rows,
  ]).split("\n");
  return [paint.strong(head), ...lines].join("\n");
}

async function lastRun(store: Store): Promise<string[]> {
  const [run] = await store.runs.recent(1);
  return run ? ["", `last run: ${run.endedAt.toISOString()}: ${run.reason}: ${run.message}`] : [];
}

/** The deliveries that are not simply sent, and why. */
async function deliveriesOf(store: Store, editionId: string): Promise<string[]> {
  const lines: string[][] = [];
  for (const state of ["deferred", "refused", "uncertain", "suppressed", "expired", "pending", "claimed"] as const) {
    const rows = await store.ledger.list({ editionId, state, after: 0, limit: MOST_DELIVERIES });
    for (const { address, attempts, nextAt, detail } of rows) {
      const next = nextAt === null ? "" : `again at ${nextAt.toISOString().slice(0, 16)}Z`;
      lines.push([address ?? "(erased)", state, `${attempts} tries`, next, fit(detail ?? "", 80)]);
    }
  }
  return lines.length === 0 ? [] : ["", table(lines)];
}

interface Advice {
  readonly state: DeliveryState;
  readonly says: string;
}

/** For each state that waits for something: what mends it. */
const ADVICE: readonly Advice[] = [
  { state: "deferred", says: "deferred: tried again by later runs; at once with `paperboy resend --deferred`" },
  { state: "pending", says: "pending: the next run sends them" },
  { state: "uncertain", says: "uncertain: the server may have them; see `paperboy uncertain list`" },
  {
    state: "refused",
    says: "refused: see why with `paperboy status EDITION`; try again with `paperboy resend --refused`",
  },
];

function adviceOn(editions: readonly EditionResult[]): string[] {
  const due = ADVICE.filter(({ state }) => editions.some(({ counts }) => counts[state] > 0));
  return due.length === 0 ? [] : ["", ...due.map(({ says }) => says)];
}
