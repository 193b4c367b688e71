import type { TokenPurpose } from "../core/tokens.js";

/** What a person can ask for by mail. */
export type Wish = "subscribe" | "stop" | "pause" | "daily" | "weekly" | "monthly";

/** The words that are understood, as the first word of a subject or a text, in any capitals. */
const WORDS: Readonly<Record<string, Wish>> = {
  subscribe: "subscribe",
  join: "subscribe",
  confirm: "subscribe",
  stop: "stop",
  unsubscribe: "stop",
  leave: "stop",
  pause: "pause",
  daily: "daily",
  weekly: "weekly",
  monthly: "monthly",
};

/** What a token must be for, so that the wish beside it is proved to come from whoever got it. */
export const PROOFS: Readonly<Record<Wish, TokenPurpose>> = {
  subscribe: "confirm",
  stop: "unsubscribe",
  pause: "preferences",
  daily: "preferences",
  weekly: "preferences",
  monthly: "preferences",
};

/** What mail programs put before the subject of an answer; nothing that stands before automatic ones. */
const ANSWER = /^(?:re|aw|antw|sv|vs|r|odp|rv|res)(?:\[\d{1,3}\])?: ?/i;
/** A tag of a list, or of ours. */
const TAG = /^\[[^[\]]{0,80}\] ?/;

/** Whether a subject is that of an answer. */
export function isAnswer(subject: string): boolean {
  return ANSWER.test(withoutTags(subject));
}

function withoutTags(subject: string): string {
  return TAG.test(subject) ? withoutTags(subject.replace(TAG, "")) : subject;
}

function bare(subject: string): string {
  const rest = withoutTags(subject);
  return ANSWER.test(rest) ? bare(rest.replace(ANSWER, "")) : rest;
}

/** A wish, and the token beside it where there is one. */
export interface WishText {
  readonly wish: Wish;
  readonly token: string | null;
}

/** Reads `WORD` or `WORD TOKEN`; what stands before an answer's subject is passed over. Null when it begins with no such word. */
export function readWish(line: string): WishText | null {
  const [word = "", token = ""] = bare(line).split(" ", 2);
  const name = word.replace(/[.,;:!]+$/, "").toLowerCase();
  const wish = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (wish === undefined) return null;
  return { wish, token: /^[\w-]{23,34}$/.test(token) ? token : null };
}
