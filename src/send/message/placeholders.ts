import { encode as base64 } from "nodemailer/lib/base64";
import { encode as quotedPrintable, wrap } from "nodemailer/lib/qp";

/**
 * What a letter leaves open, to be filled for each reader: `{slot:unsubscribe}` is an address that ends the subscription
 * (https, or mailto where no site is configured), `{slot:preferences}` one that changes it.
 */
export const SLOTS = ["unsubscribe", "preferences"] as const;

export type SlotName = (typeof SLOTS)[number];

/** What is written into the slots of one reader's message, as plain text; null where nothing is configured. */
export type SlotValues = Readonly<Record<SlotName, string | null>>;

/** Text with its slots found: `texts` has one more entry than `slots`. */
export interface Slotted {
  readonly texts: readonly string[];
  readonly slots: readonly SlotName[];
}

const SLOT = new RegExp(`\\{slot:(${SLOTS.join("|")})\\}`);

/** Finds the slots of a letter's part. */
export function findSlots(text: string): Slotted {
  const pieces = text.split(SLOT);
  return {
    texts: pieces.filter((_, index) => index % 2 === 0),
    slots: pieces.filter((_, index): _ is SlotName => index % 2 === 1),
  };
}

/** The text with its slots filled. */
export function fill({ texts, slots }: Slotted, value: (slot: SlotName) => string): string {
  return texts.map((text, index) => text + (slots[index] === undefined ? "" : value(slots[index]))).join("");
}

/**
 * A part of a message whose encoding was done once: only what the slots change is encoded for each reader. All pieces are
 * ASCII lines that end in CRLF. Each that is not empty begins at the start of a line, or with a CRLF, and none ends in a
 * space: dots can be stuffed and spaces be folded in each piece by itself.
 */
export interface EncodedPart {
  readonly encoding: "quoted-printable" | "base64";
  /** What is the same for all readers: one more than `between` gives. */
  readonly fixed: readonly string[];
  /** What stands between them for one reader. */
  readonly between: (value: (slot: SlotName) => string) => readonly string[];
}

/** The whole part for one reader. */
export function fillPart({ fixed, between }: EncodedPart, value: (slot: SlotName) => string): string {
  const filled = between(value);
  return fixed.map((text, index) => text + (filled[index] ?? "")).join("");
}

/** Characters in a line of encoded text (RFC 2045 sections 6.7 and 6.8). */
const LINE = 76;
/** Bytes that fill such a line in base64. */
const BYTES = 57;

/**
 * Encodes a part, in the transfer encoding (RFC 2045 section 6) that makes it smaller. Quoted-printable wins for Latin
 * letters, base64 for most others; plain 7bit is never used, since relays rewrap long lines and mark those that start with
 * From.
 */
export function encodePart(text: string): EncodedPart {
  const slotted = findSlots(text);
  const plain = slotted.texts.join("");
  const inBase64 = base64(plain).length;
  const inLines = inBase64 + 2 * Math.floor(inBase64 / LINE);
  return wrap(quotedPrintable(plain), LINE).length <= inLines ? quotedPart(slotted) : base64Part(slotted);
}

/** Each text between slots is encoded once; soft line breaks around the slots keep every line short enough. */
function quotedPart({ texts, slots }: Slotted): EncodedPart {
  const fixed = texts.map(quoted);
  const edges = fixed.map(edgesOf);
  return {
    encoding: "quoted-printable",
    fixed,
    between: (value) => joints(edges, (index) => quoted(value(slots[index] as SlotName))),
  };
}

/** What is its own quoted-printable, and fits into a line: most addresses of the web are. */
const PLAIN = /^[!-<>-~]{0,76}$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? text : wrap(quotedPrintable(text), LINE);
}

/** How a text meets its neighbours. */
interface Edges {
  /** It continues the line in which it stands. */
  readonly begins: boolean;
  /** The line goes on behind it; null: it is empty, so what stands before it tells. */
  readonly ends: boolean | null;
}

function edgesOf(text: string): Edges {
  return { begins: text !== "" && !text.startsWith("\r\n"), ends: text === "" ? null : !text.endsWith("\r\n") };
}

/** What stands between texts that are each wrapped for themselves: the slots' values, and what keeps lines short. */
function joints([first, ...rest]: readonly Edges[], value: (index: number) => string): string[] {
  let isInLine = first?.ends ?? false;
  return rest.map((next, index) => {
    const filled = value(index);
    const { begins, ends } = edgesOf(filled);
    const before = softBreak(isInLine && begins);
    isInLine = ends ?? isInLine;
    const after = softBreak(isInLine && next.begins);
    isInLine = next.ends ?? isInLine;
    return before + filled + after;
  });
}

/** A soft line break (RFC 2045 section 6.7 rule 5) where two pieces meet in the middle of a line. */
function softBreak(meets: boolean): string {
  return meets ? "=\r\n" : "";
}

/** What stands before the first slot is encoded once, in whole lines; the rest for each reader. */
function base64Part({ texts, slots }: Slotted): EncodedPart {
  const head = Buffer.from(texts[0] ?? "");
  const whole = slots.length === 0 ? head.length : head.length - (head.length % BYTES);
  const lines = base64Lines(head.subarray(0, whole));
  const rest = head.subarray(whole);
  const tailFor = (value: (slot: SlotName) => string): string => {
    const tail = fill({ texts: ["", ...texts.slice(1)], slots }, value);
    return base64Lines(Buffer.concat([rest, Buffer.from(tail)]));
  };
  return {
    encoding: "base64",
    fixed: slots.length === 0 ? [lines] : [lines, ""],
    between: (value) => (slots.length === 0 ? [] : [tailFor(value)]),
  };
}

function base64Lines(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll(/.{1,76}/g, "$&\r\n");
}
