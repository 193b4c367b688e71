import { paperIdOf } from "../core/interests.js";
import type { LinkPurpose } from "../core/tokens.js";

/**
 * The commands, each with its words (the first word of a subject or a text, in any case) and the purpose of the token that
 * authorises it.
 */
const COMMANDS = {
  subscribe: { words: ["subscribe", "join", "confirm"], purpose: "confirm" },
  stop: { words: ["stop", "unsubscribe", "leave"], purpose: "unsubscribe" },
  pause: { words: ["pause"], purpose: "preferences" },
  daily: { words: ["daily"], purpose: "preferences" },
  weekly: { words: ["weekly"], purpose: "preferences" },
  monthly: { words: ["monthly"], purpose: "preferences" },
  like: { words: ["like"], purpose: "preferences" },
  unlike: { words: ["unlike"], purpose: "preferences" },
} as const satisfies Readonly<Record<string, { readonly words: readonly string[]; readonly purpose: LinkPurpose }>>;

/** What a person can ask for by mail. */
export type InboxCommand = keyof typeof COMMANDS;

const NAMES = Object.keys(COMMANDS) as InboxCommand[];

/** Returns the purpose of the token that authorises a command. */
export function purposeOf(command: InboxCommand): LinkPurpose {
  return COMMANDS[command].purpose;
}

/**
 * The prefixes that mail programs put before the subject of a reply or a forwarded mail. Excludes those of automatic replies,
 * which are no commands.
 */
const REPLY_PREFIX =
  /^(?:re|aw|antw|sv|vs|r|odp|rv|res|réf|fwd?|wg|tr|enc|vl|ynt|ilt|на|вн|отв|回复|回覆|答复|转发|轉寄)(?:\[\d{1,3}\])? ?[::] ?/iu;
/** The tag of a mailing list, of our own mails, or of a gateway: `[EXTERNAL]`, `***SPAM***`, `{Spam?}`, `EXTERNAL:`, `⚠`. */
const TAG =
  /^(?:\[[^[\]]{0,80}\]|\*{2,}[^*]{1,40}\*{2,}|\{[^{}]{1,40}\}|\([^()]{1,40}\)|<[^<>]{1,40}>|(?:external|extern|ext|spam|caution|warning)(?: (?:e-?mail|sender))?[:-]|[\p{So}\uFE0F:–-]+) ?/iu;

/** Whether a subject is that of a reply or a forwarded mail. */
export function isReply(subject: string): boolean {
  return REPLY_PREFIX.test(withoutTags(subject));
}

function withoutTags(subject: string): string {
  return TAG.test(subject) ? withoutTags(subject.replace(TAG, "")) : subject;
}

/** Removes the tags and prefixes that gateways and mail programs put before a subject. */
export function withoutPrefixes(subject: string): string {
  const rest = withoutTags(subject);
  return REPLY_PREFIX.test(rest) ? withoutPrefixes(rest.replace(REPLY_PREFIX, "")) : rest;
}

export interface ParsedCommand {
  readonly command: InboxCommand;
  /** The token after the command; null without one. */
  readonly token: string | null;
  /** The arXiv id after `like` and `unlike`; absent for other commands. */
  readonly paper?: string;
}

/** Parses `WORD` or `WORD TOKEN`, after any tags and reply prefixes. Returns null if the line does not begin with a command. */
export function parseCommand(line: string): ParsedCommand | null {
  const [word = "", ...rest] = withoutPrefixes(line).split(" ", 3);
  const name = word.replace(/[.,;:!]+$/, "").toLowerCase();
  const command = NAMES.find((one) => COMMANDS[one].words.some((known) => known === name));
  if (command === undefined) return null;
  const names = command === "like" || command === "unlike";
  const paper = names ? paperIdOf(rest[0] ?? "") : null;
  if (names && paper === null) return null;
  const token = rest[names ? 1 : 0] ?? "";
  return { command, ...(paper === null ? {} : { paper }), token: /^[\w-]{23,34}$/.test(token) ? token : null };
}

/**
 * Parses a request to leave in the subject of a reply. Accepts it only as the single word of the subject, since the subject of
 * a letter may contain the same word.
 */
export function parseLeaving(line: string): ParsedCommand | null {
  const parsed = /^[a-z]+[.!]?$/i.test(withoutPrefixes(line).trim()) ? parseCommand(line) : null;
  return parsed?.command === "stop" ? parsed : null;
}
