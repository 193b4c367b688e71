import type { RecipientReport } from "./read.js";

/** What a report means for the subscriber: a permanent failure, a temporary one, or nothing. */
export type Damage = "hard" | "soft" | "none";

interface BounceRule {
  readonly action: RegExp;
  readonly status: RegExp;
  readonly damage: Damage;
  /** Documents the rule; the program does not read it. */
  readonly means: string;
}

/**
 * What a delivery report (RFC 3464) means for the subscriber, by its action and its status (RFC 3463). The first rule that
 * matches decides. A refusal that is about the sender (policy, reputation, content) never counts against a subscriber.
 */
const RULES: readonly BounceRule[] = [
  { action: /^(?:delivered|relayed|expanded)$/, status: /^/, damage: "none", means: "delivered or passed on" },
  { action: /^delayed$/, status: /^/, damage: "soft", means: "the server still tries" },
  { action: /^(?!failed$)/, status: /^/, damage: "none", means: "an action that RFC 3464 does not define" },
  { action: /^failed$/, status: /^5\.1\.[78]$/, damage: "none", means: "the sender's address is invalid" },
  { action: /^failed$/, status: /^5\.1\.\d+$/, damage: "hard", means: "no such mailbox or domain" },
  { action: /^failed$/, status: /^5\.2\.1$/, damage: "hard", means: "the mailbox is disabled" },
  { action: /^failed$/, status: /^5\.2\.3$/, damage: "none", means: "the letter was too long" },
  { action: /^failed$/, status: /^5\.[67]\.\d+$/, damage: "none", means: "content or policy: about the sender" },
  { action: /^failed$/, status: /^5\./, damage: "soft", means: "full, unreachable or unspecified: may be temporary" },
  { action: /^failed$/, status: /^4\./, damage: "soft", means: "the server gave up after many tries" },
  { action: /^failed$/, status: /^/, damage: "none", means: "a success status, or none" },
];

function damageOf(report: RecipientReport): Damage {
  const status = effectiveStatus(report) ?? "";
  return RULES.find((rule) => rule.action.test(report.action) && rule.status.test(status))?.damage ?? "none";
}

/** The status of the report, or of the remote server's reply when the report's own is missing or unspecific (x.0.0). */
function effectiveStatus({ status, replied }: Pick<RecipientReport, "status" | "replied">): string | null {
  const isUnspecific = status === null || /^[245]\.0\.0$/.test(status);
  return isUnspecific ? (replied ?? status) : status;
}

const MILDEST_FIRST: readonly Damage[] = ["none", "soft", "hard"];

/**
 * Returns the damage and the status of a report. Each letter has one recipient; when a report names several, such as the
 * members of a mailing list, the mildest damage counts.
 */
export function mildestDamage(recipients: readonly RecipientReport[]): {
  readonly damage: Damage;
  readonly status: string;
} {
  const rated = recipients.map((report) => ({ damage: damageOf(report), status: effectiveStatus(report) ?? "" }));
  const sorted = rated.toSorted((a, b) => MILDEST_FIRST.indexOf(a.damage) - MILDEST_FIRST.indexOf(b.damage));
  return sorted[0] ?? { damage: "none", status: "" };
}
