import { toMinute } from "../../core/calendar.js";
import type { Channel, RunStore } from "../../store/store.js";
import type { Stop, Totals } from "./circuit-breaker.js";

/**
 * A stop that is remembered across runs, because it concerns every further message. Each run tries one message; if the server
 * accepts it, the hold ends.
 */
export interface Hold extends Stop, Totals {
  /** The recipient domain whose letters wait; null if all letters wait. */
  readonly domain: string | null;
  /** When the hold began, in ISO 8601. */
  readonly since: string;
  /** When the server last refused, in ISO 8601. */
  readonly at: string;
  /** When a message was last tried, in ms of real time. */
  readonly probedAt: number;
  /** Whether the hold was reported to the operator, or need not be. */
  readonly isReported: boolean;
}

/** The kinds of stop that are remembered. The others end automatically or with the process. */
const REMEMBERED: ReadonlySet<Stop["kind"]> = new Set<Stop["kind"]>([
  "account",
  "limit",
  "size",
  "policy",
  "refusals",
  "uncertain",
]);

/** The time after the last refusal when a hold is forgotten, because its letters have expired. */
const MEMORY_MS = 4 * 86_400_000;

/** The maximum number of held domains. Each of them costs one message per run. */
const MAX_HOLDS = 50;

function nameOf(channel: Channel): string {
  return `holds:${channel}`;
}

function isHold(value: unknown): value is Hold {
  if (typeof value !== "object" || value === null) return false;
  const { kind, ...texts } = value as Record<string, unknown>;
  return (
    REMEMBERED.has(kind as Stop["kind"]) &&
    ["message", "hint", "since", "at"].every((name) => typeof texts[name] === "string")
  );
}

/** Reads stored holds, the hold of all letters first. Ignores forgotten holds and invalid values. */
function readStored(stored: unknown, now: Date): readonly Hold[] {
  const holds = (Array.isArray(stored) ? stored : []).filter(isHold);
  return holds
    .filter(({ at }) => Number(now) - Date.parse(at) < MEMORY_MS)
    .toSorted((one, other) => Number(one.domain !== null) - Number(other.domain !== null));
}

/** Returns the holds of a channel, the hold of all letters first. */
export async function readHolds({ get }: Pick<RunStore, "get">, channel: Channel, now: Date): Promise<readonly Hold[]> {
  return readStored(await get(nameOf(channel)), now);
}

/** Ends every hold of a channel, because the operator has removed the cause. */
async function releaseHolds({ set }: Pick<RunStore, "set">, channel: Channel): Promise<void> {
  await set(nameOf(channel), []);
}

/** Records that every hold of a channel was reported to the operator. */
export async function markHoldsReported(
  { change }: Pick<RunStore, "change">,
  channel: Channel,
  now: Date,
): Promise<void> {
  await change(nameOf(channel), (stored) => {
    const holds = readStored(stored, now);
    return { value: holds.map((hold) => ({ ...hold, isReported: true })), result: null };
  });
}

/** Returns a sentence with the letters that wait, the time and the reason. */
export function holdSentence({ domain, since, message }: Pick<Hold, "domain" | "since" | "message">): string {
  const what = domain === null ? "letters" : `letters to ${domain}`;
  return `${what} have been held since ${toMinute(since)} UTC, and each run tries one: ${message}`;
}

/** The holds that a drain found or added. */
export interface Holds {
  /** Returns the holds at the start of the drain, the hold of all letters first. */
  earlier(): readonly Hold[];
  /** Whether this process may try a message of a hold now. If so, records the attempt. */
  mayProbe(hold: Hold): Promise<boolean>;
  /** Returns the recipient domains to which nothing is sent. */
  domains(): readonly string[];
  /** Called when the server refused a probe. */
  keep(hold: Hold): Promise<void>;
  /** Adds a hold for a stop, if stops of its kind are remembered. */
  add(stop: Stop, found: Totals & Pick<Hold, "domain">): Promise<void>;
  /** Called when the server accepted a probe. */
  release(hold: Hold): Promise<void>;
  /** Returns the stop for the held domains; null if there are none. */
  stop(): Stop | null;
}

export interface HoldParts {
  readonly runs: Pick<RunStore, "get" | "change">;
  readonly channel: Channel;
  readonly now: () => Date;
  /** Returns the real time in ms. */
  readonly wall: () => number;
  /** The minimum time between two probes, by any process, in ms. */
  readonly probeEveryMs: number;
}

const isOf =
  ({ domain }: Pick<Hold, "domain">) =>
  (other: Hold): boolean =>
    other.domain === domain;

/** Reads the holds for one drain. */
export async function openHolds({ runs, channel, now, wall, probeEveryMs }: HoldParts): Promise<Holds> {
  const earlier = await readHolds(runs, channel, now());
  /** The domains that were released, and the current holds. */
  const domains = new Set(earlier.flatMap(({ domain }) => domain ?? []));
  const kept = new Map<string, Stop>();
  const change = <T>(step: (holds: readonly Hold[]) => { readonly value: readonly Hold[]; readonly result: T }) =>
    runs.change(nameOf(channel), (stored) => step(readStored(stored, now())));

  return {
    earlier: () => earlier,
    domains: () => [...domains],
    mayProbe: (hold) =>
      change((holds) => {
        const stored = holds.find(isOf(hold));
        const may = stored !== undefined && wall() - stored.probedAt >= probeEveryMs;
        const probed = holds.map((one) => (one === stored && may ? { ...one, probedAt: wall() } : one));
        return { value: probed, result: may };
      }),
    keep: async (hold) => {
      if (hold.domain !== null) kept.set(hold.domain, { ...hold, message: holdSentence(hold) });
      const at = now().toISOString();
      const refused = (one: Hold): Hold => (isOf(hold)(one) ? { ...one, at } : one);
      await change((holds) => ({ value: holds.map(refused), result: null }));
    },
    add: async (stop, { domain, tried, refused }) => {
      if (!REMEMBERED.has(stop.kind)) return;
      if (domain !== null) {
        domains.add(domain);
        kept.set(domain, stop);
      }
      const at = now().toISOString();
      await change((holds) => {
        const before = holds.find(isOf({ domain }));
        const isSame = before?.kind === stop.kind;
        const hold: Hold = {
          ...stop,
          domain,
          tried,
          refused,
          at,
          since: isSame ? before.since : at,
          probedAt: wall(),
          isReported: isSame ? before.isReported : !stop.needsOperator,
        };
        return { value: [hold, ...holds.filter((one) => one !== before)].slice(0, MAX_HOLDS), result: null };
      });
    },
    release: async (hold) => {
      if (hold.domain !== null) domains.delete(hold.domain);
      await change((holds) => ({ value: holds.filter((one) => !isOf(hold)(one)), result: null }));
    },
    stop: () => {
      const [first, ...rest] = [...kept.values()];
      if (first === undefined) return null;
      return { ...first, message: [first, ...rest].map(({ message }) => message).join("; ") };
    },
  };
}

/** Whether the operator has paused all sending (`paperboy pause`). */
export async function isPaused({ runs }: { readonly runs: Pick<RunStore, "get"> }): Promise<boolean> {
  return (await runs.get("paused")) === true;
}

/** Pauses or resumes all sending. Resuming also releases letters that were held after refusals. */
export async function setPaused({ runs }: { readonly runs: RunStore }, paused: boolean): Promise<void> {
  await runs.set("paused", paused);
  if (!paused) await releaseHolds(runs, "smtp");
}
