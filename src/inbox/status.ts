import type { RecipientReport } from "./read.js";

/** What a report says of the reader: gone for good, troubled for now, or nothing. */
export type Damage = "hard" | "soft" | "none";

interface StatusRule {
  readonly action: RegExp;
  readonly status: RegExp;
  readonly damage: Damage;
  /** Why, for whoever changes the table. */
  readonly means: string;
}

/**
 * What a report of RFC 3464 says of the reader, by its action and the class of its status (RFC 3463); the first row that fits
 * decides. A refusal for our sake (policy, reputation, content) must not cost us readers.
 */
const RULES: readonly StatusRule[] = [
  { action: /^(?:delivered|relayed|expanded)$/, status: /^/, damage: "none", means: "it went on its way" },
  { action: /^delayed$/, status: /^/, damage: "soft", means: "still being tried" },
  { action: /^(?!failed$)/, status: /^/, damage: "none", means: "no action that RFC 3464 knows" },
  { action: /^failed$/, status: /^5\.1\.[78]$/, damage: "none", means: "it is the sender's address that is bad" },
  { action: /^failed$/, status: /^5\.1\.\d+$/, damage: "hard", means: "no such mailbox or domain" },
  { action: /^failed$/, status: /^5\.2\.1$/, damage: "hard", means: "the mailbox is disabled" },
  { action: /^failed$/, status: /^5\.2\.3$/, damage: "none", means: "the letter was too long" },
  { action: /^failed$/, status: /^5\.[67]\.\d+$/, damage: "none", means: "content or policy: about us" },
  { action: /^failed$/, status: /^5\./, damage: "soft", means: "full, unreachable, or not said: perhaps for now" },
  { action: /^failed$/, status: /^4\./, damage: "soft", means: "given up after many tries" },
  { action: /^failed$/, status: /^/, damage: "none", means: "failed with success, or without a status" },
];

/** What a report says of one recipient. A status that says nothing (x.0.0) gives way to the one of the other server's reply. */
function damageOf({ action, status, replied }: RecipientReport): Damage {
  const telling = telltale({ status, replied }) ?? "";
  return RULES.find((rule) => rule.action.test(action) && rule.status.test(telling))?.damage ?? "none";
}

/** The status that counts: `5.1.1`; null when there is none. */
function telltale({ status, replied }: Pick<RecipientReport, "status" | "replied">): string | null {
  const isVague = status === null || /^[245]\.0\.0$/.test(status);
  return isVague ? (replied ?? status) : status;
}

const MILDEST: readonly Damage[] = ["none", "soft", "hard"];

/** Each letter has one reader; where a report speaks of several (a list behind the address), the mildest word counts. */
export function mildest(recipients: readonly RecipientReport[]): { readonly damage: Damage; readonly status: string } {
  const judged = recipients.map((one) => ({ damage: damageOf(one), status: telltale(one) ?? "" }));
  const sorted = judged.toSorted((a, b) => MILDEST.indexOf(a.damage) - MILDEST.indexOf(b.damage));
  return sorted[0] ?? { damage: "none", status: "" };
}
