import { DELIVERY } from "./delivery-phrases.js";
import { NO_MAILBOX_PHRASES, AMBIGUOUS_PHRASES, NO_MAILBOX } from "./mailbox-phrases.js";
import { SENDER } from "./refusal-phrases.js";
import type { Cause } from "./refusal-phrases.js";

/**
 * How a refusal affects a subscription. `hard` ends it; `permanent` ends it when a second one follows on another day; `soft`
 * ends it after many over several weeks; `none` says nothing about the mailbox.
 */
export type Effect = "none" | "soft" | "permanent" | "hard";

/** A mail server's reply or report about one recipient. Every field is untrusted. */
export interface Refusal {
  /** The action of a delivery report (RFC 3464, section 2.3.3), in lower case; null for a reply or a report in prose. */
  readonly action: string | null;
  /** The status of a delivery report, such as `5.1.1`; null without one. */
  readonly status: string | null;
  /** The server's reply, or the text of a report that quotes no reply. */
  readonly words: string;
  /** The rest of the report. It can make the effect milder, and show which command was refused. */
  readonly context: string;
  /** The command that the server refused; null when unknown. */
  readonly command: "MAIL" | "RCPT" | "DATA" | null;
}

export interface RefusalClass {
  readonly cause: Cause;
  readonly effect: Effect;
  /** The status that determined the cause; empty when there was none. */
  readonly status: string;
}

/** The causes, mildest for the reader first. If a refusal shows several, the mildest counts. */
const MILDEST_FIRST: readonly Cause[] = [
  "limit",
  "rate",
  "sender",
  "content",
  "full",
  "disabled",
  "network",
  "no-mailbox",
  "unknown",
];

/**
 * The cause that each status means (RFC 3463, RFC 7505, and the codes of Microsoft and Google). The first matching row counts.
 */
const STATUSES: readonly { readonly status: RegExp; readonly cause: Cause }[] = [
  { status: /^(?:[45]\.4\.5|5\.1\.90|[45]\.7\.28|5\.7\.23[23])$/, cause: "limit" },
  { status: /^[45]\.(?:7\.\d+|1\.[789])$/, cause: "sender" },
  { status: /^[45]\.(?:2\.3|3\.4|6\.\d+)$/, cause: "content" },
  { status: /^[45]\.2\.2$/, cause: "full" },
  { status: /^5\.2\.1$/, cause: "disabled" },
  { status: /^(?:4\.|5\.4\.(?![14]$)\d)/, cause: "network" },
  { status: /^5\.(?:1\.(?:[1236]|10|351)|4\.4)$/, cause: "no-mailbox" },
];

/** Returns the cause and the effect of a refusal or report. When its signs contradict each other, the mildest counts. */
export function classifyRefusal(refusal: Refusal): RefusalClass {
  const { action } = refusal;
  if (action !== null && /^(?:delivered|relayed|expanded|delayed)$/.test(action)) {
    return { cause: "progress", effect: "none", status: refusal.status ?? "" };
  }
  const said = normalise(refusal.words);
  const found = codesOf(refusal);
  const codes = found.map(({ status }) => status);
  const byCode = found.map(({ status, inStatusPosition }) => ({
    status,
    cause: causeOfStatus(status),
    inStatusPosition,
  }));
  const certain =
    NO_MAILBOX_PHRASES.some(({ says }) => said.includes(says)) && !codes.some((code) => /^5\.7\.(?!1$|27$)/.test(code));
  const byWords = certain ? "no-mailbox" : causeOfWords(said);
  const doubt = byWords === "no-mailbox" && !certain ? doubtIn(refusal) : null;
  // Servers also send 5.2.1 (disabled) for unknown mailboxes.
  const others = byCode
    .filter(({ cause: one, inStatusPosition }) =>
      one === "no-mailbox" ? inStatusPosition : one !== "disabled" || byWords !== "no-mailbox",
    )
    .map(({ cause: one }) => one);
  const causes: readonly Cause[] = certain ? ["no-mailbox"] : [byWords, ...others, doubt ?? "unknown"];
  const cause = MILDEST_FIRST.find((one) => causes.includes(one)) ?? "unknown";
  const status = byCode.find((one) => one.cause === cause)?.status ?? codes[0] ?? "";
  return { cause, effect: effectOf(cause, { refusal, said, codes, certain }), status };
}

interface Evidence {
  readonly refusal: Refusal;
  readonly said: string;
  readonly codes: readonly string[];
  readonly certain: boolean;
}

function effectOf(cause: Cause, evidence: Evidence): Effect {
  if (["limit", "rate", "sender", "content"].includes(cause)) return "none";
  if (isTemporary(evidence)) return "soft";
  if (cause === "disabled") return evidence.codes.some((code) => /^5\.(?:1|2)\./.test(code)) ? "permanent" : "soft";
  if (cause !== "no-mailbox") return "soft";
  return evidence.certain || isClear(evidence) ? "hard" : "permanent";
}

/** Returns whether the refusal is temporary (a reply of 4xx or a status of 4.x.x). */
function isTemporary({ refusal, codes }: Evidence): boolean {
  const replies = repliesOf(refusal.words);
  return codes.some((code) => code.startsWith("4")) || (replies.length > 0 && replies.every((reply) => reply < 500));
}

/** Phrases that are ambiguous without a status: they may refer to a route, a rule or a busy mailbox. */
const VAGUE =
  /mailbox unavailable|this user doesn't have a|address rejected(?! user unknown)|(?<!(?:user|recipient|mailbox|account|address) (?:was |is )?)not found/;

/** Phrases that show that RCPT was refused. McAfee and Yahoo send the last two. */
const ANSWERS_RCPT =
  /rcpt|rejected address|does not like recipient|had delivery problems|unable to deliver your message to the following address/i;

/**
 * Whether "no such mailbox" is unambiguous: by its status, because the domain does not exist, or because the server refused RCPT.
 * Otherwise the same words may refer to the content of the letter.
 */
function isClear({ refusal, said, codes }: Evidence): boolean {
  const { words, context, command } = refusal;
  if (codes.some((code) => /^5\.(?:1\.[1-9]|2\.1$|4\.4$)/.test(code))) return true;
  if (/host unknown|unknown host|no such domain|domain does not exist/.test(said)) return true;
  if (codes.length === 0 && (command ?? "RCPT") === "RCPT" && /recipient address rejected\W*$/.test(said)) return true;
  if (VAGUE.test(said)) return false;
  if (command !== null) return command === "RCPT";
  const isAnswered = repliesOf(words).length > 0;
  if (isAnswered && !ANSWERS_RCPT.test(`${words}\n${context}`)) return false;
  if (/(?:>>> |after |to |command\s+)(?:end of )?data\b/i.test(context)) return false;
  return isAnswered || (refusal.action === null && !said.includes("not found"));
}

function doubtIn({ words, context }: Refusal): Cause | null {
  const texts = [normalise(context), words.toLowerCase()];
  return AMBIGUOUS_PHRASES.find(({ says }) => texts.some((text) => text.includes(says)))?.cause ?? null;
}

function causeOfStatus(status: string): Cause {
  return STATUSES.find((row) => row.status.test(status))?.cause ?? "unknown";
}

function causeOfWords(said: string): Cause {
  return [...SENDER, ...DELIVERY, ...NO_MAILBOX].find(({ says }) => said.includes(says))?.cause ?? "unknown";
}

interface Code {
  readonly status: string;
  /**
   * Whether it is where servers put a status: after the reply code (RFC 2034), at the start of a line, or after a sign such as
   * `#`.
   */
  readonly inStatusPosition: boolean;
}

/** Returns the status of the report, unless it is unspecific (x.0.0), and those in the words. */
function codesOf({ status, words }: Refusal): readonly Code[] {
  const inWords = [...words.matchAll(/(?<![\d.])[45]\.\d\.\d{1,3}(?![\d.]*\d)/g)].map(({ 0: code, index }) => ({
    status: code,
    inStatusPosition: /(?:^|\n|[245]\d\d[ -]|[#(:;>])[ \t]*#?$/.test(words.slice(Math.max(0, index - 20), index)),
  }));
  return [...(status === null || /^[245]\.0\.0$/.test(status) ? [] : [{ status, inStatusPosition: true }]), ...inWords];
}

function repliesOf(words: string): readonly number[] {
  return [...words.matchAll(/(?:^|[\s:;"'(>])([245]\d\d)(?=[\s:-])/gm)].map(([, reply]) => Number(reply));
}

/** Returns text as words in lower case with one space between them, without addresses, punctuation and the paths of links. */
function normalise(text: string): string {
  return text
    .slice(0, 20_000)
    .toLowerCase()
    .replaceAll(/https?:\/\/([\w.-]+)\S*/g, " $1 ")
    .replaceAll(/[^\s<>(),;:"']{1,100}@[^\s<>(),;:"']+/g, " ")
    .replaceAll(/[^a-z0-9.'\u0080-\uFFFF/]+/g, " ")
    .replaceAll(/(?<!\d)\.|\.(?!\d)/g, " ")
    .replaceAll(/\d{4,}/g, "0000")
    .replaceAll(/\s+/g, " ");
}
