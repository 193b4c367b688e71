import { withoutAddresses } from "../smtp/errors.js";
import type { Verdict } from "../send-result.js";

/** Why a run stopped before everything was tried. */
export interface Stop {
  /** `rate`: a limit of ours; `route`: the server is away or wants less; `interrupted`: asked to stop; else a breaker. */
  readonly kind: "interrupted" | "route" | "everyone" | "rate" | "policy" | "refusals" | "uncertain";
  readonly message: string;
  readonly hint: string;
  /** Whether going on by itself would do harm: somebody has to look first. */
  readonly needsOperator: boolean;
}

/** What a run has seen so far: the verdicts on messages that the server was offered, oldest first. */
interface Seen {
  readonly tried: number;
  readonly refused: number;
  /** The last 20, the newest last. */
  readonly recent: readonly Verdict[];
}

interface Breaker {
  readonly kind: Stop["kind"];
  readonly trips: (seen: Seen) => boolean;
  readonly message: (seen: Seen) => string;
  readonly hint: string;
}

const WINDOW = 20;

/** Tables of when many failures of one sort stop a run; the figures are those of docs/deliverability.md. */
const BREAKERS: readonly Breaker[] = [
  {
    kind: "policy",
    trips: ({ tried, recent }) => tried <= WINDOW && mostRefusals(recent, /^5\d\d 5\.7\./) >= 5,
    message: ({ recent }) => `the server refuses our mail by policy: ${lastRefusal(recent)}`,
    hint: "Nobody was unsubscribed for it. Check SPF, DKIM and DMARC of the sender's domain (`paperboy doctor`), then run again.",
  },
  {
    kind: "policy",
    trips: ({ recent }) => mostRefusals(recent, /^5/) >= 15,
    message: ({ recent }) => `the server has begun to refuse everything: ${lastRefusal(recent)}`,
    hint: "Read the server's words, mend the cause, then run again; `paperboy resend --refused` tries those once more.",
  },
  {
    kind: "refusals",
    trips: ({ tried, refused }) => refused > 50 && refused > tried * 0.05,
    message: ({ tried, refused }) => `${refused} of ${tried} messages were refused, more than one in twenty`,
    hint: "Providers judge a sender by this. Look at them with `paperboy status --refused`, clean the list, then run again.",
  },
  {
    kind: "uncertain",
    trips: ({ recent }) => recent.filter(({ state }) => state === "uncertain").length >= 10,
    message: () => "the server took many messages without saying so: nobody can know whether they arrived",
    hint: "Look into the server's log, then settle them with `paperboy uncertain list` and `paperboy uncertain resolve`.",
  },
];

/** How often the commonest refusal among these stands there, of those whose code fits. */
function mostRefusals(recent: readonly Verdict[], code: RegExp): number {
  const counts = new Map<string, number>();
  for (const verdict of recent) {
    if (verdict.state === "refused" && verdict.code !== null && code.test(verdict.code)) {
      counts.set(verdict.code, (counts.get(verdict.code) ?? 0) + 1);
    }
  }
  return Math.max(0, ...counts.values());
}

function lastRefusal(recent: readonly Verdict[]): string {
  return withoutAddresses(recent.findLast(({ state }) => state === "refused")?.detail ?? "");
}

/** Watches the verdicts of a run. */
export interface Breakers {
  /** Why to stop, now that this came; or null. */
  see(verdict: Verdict): Stop | null;
}

export function openBreakers(): Breakers {
  const recent: Verdict[] = [];
  let tried = 0;
  let refused = 0;
  return {
    see: (verdict) => {
      tried += 1;
      refused += verdict.state === "refused" ? 1 : 0;
      recent.push(verdict);
      if (recent.length > WINDOW) recent.shift();
      // What was taken trips nothing that did not trip before.
      if (verdict.state === "sent") return null;
      const seen: Seen = { tried, refused, recent };
      const tripped = BREAKERS.find((breaker) => breaker.trips(seen));
      return tripped === undefined
        ? null
        : { kind: tripped.kind, message: tripped.message(seen), hint: tripped.hint, needsOperator: true };
    },
  };
}
