import { encode as quotedPrintable, wrap } from "nodemailer/lib/qp";

/**
 * The placeholders of a letter, which are filled in for each recipient: `{link:unsubscribe}` is the link to unsubscribe (https,
 * or mailto without a public site), `{link:preferences}` the link to change preferences.
 */
export const PLACEHOLDERS = ["unsubscribe", "preferences"] as const;

export type PlaceholderName = (typeof PLACEHOLDERS)[number];

/** The values for one recipient, as plain text; null if the link is not configured. */
export type PlaceholderValues = Readonly<Record<PlaceholderName, string | null>>;

/** A text split at its placeholders; `texts` has one more entry than `placeholders`. */
export interface SplitText {
  readonly texts: readonly string[];
  readonly placeholders: readonly PlaceholderName[];
}

const PLACEHOLDER = new RegExp(`\\{link:(${PLACEHOLDERS.join("|")})\\}`);

/** Splits a text at its placeholders. */
export function findPlaceholders(text: string): SplitText {
  const pieces = text.split(PLACEHOLDER);
  return {
    texts: pieces.filter((_, index) => index % 2 === 0),
    placeholders: pieces.filter((_, index): _ is PlaceholderName => index % 2 === 1),
  };
}

/** Returns the text with its placeholders filled. */
export function fill({ texts, placeholders }: SplitText, value: (name: PlaceholderName) => string): string {
  return texts
    .map((text, index) => text + (placeholders[index] === undefined ? "" : value(placeholders[index])))
    .join("");
}

/**
 * A part of a message whose fixed texts are encoded only once. All pieces are ASCII and their lines end in CRLF. Each piece
 * that is not empty begins at the start of a line or with a CRLF, and none ends in a space, so that dot-stuffing and the
 * folding of spaces work on each piece separately.
 */
export interface EncodedPart {
  readonly encoding: "quoted-printable" | "base64";
  /** The texts that are the same for all recipients. There is one more than `between` returns. */
  readonly fixed: readonly string[];
  /** Returns the texts between the fixed ones for one recipient. */
  readonly between: (value: (name: PlaceholderName) => string) => readonly string[];
}

/** The maximum length of an encoded line in characters (RFC 2045 sections 6.7 and 6.8). */
const MAX_LINE = 76;
/** The number of bytes that fill such a line in base64. */
const BYTES_PER_LINE = 57;

/**
 * Encodes a part with the smaller of two transfer encodings (RFC 2045 section 6): quoted-printable for Latin scripts, base64
 * for most others. Never uses plain 7bit, because relays rewrap long lines and quote lines that start with From.
 */
export function encodePart(text: string): EncodedPart {
  const split = findPlaceholders(text);
  const fixed = split.texts.map(quoted);
  const quotedLength = fixed.reduce((sum, { length }) => sum + length, 0);
  const bytes = split.texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  const base64Length = 4 * Math.ceil(bytes / 3);
  const lineEnds = 2 * Math.floor(base64Length / MAX_LINE);
  return quotedLength <= base64Length + lineEnds ? quotedPart(fixed, split) : base64Part(split);
}

/** Puts soft line breaks around the values, so that the texts between them are encoded only once and every line is short enough. */
function quotedPart(fixed: readonly string[], { placeholders }: SplitText): EncodedPart {
  const edges = fixed.map(edgesOf);
  return {
    encoding: "quoted-printable",
    fixed,
    between: (value) => joints(edges, (index) => quoted(value(placeholders[index] as PlaceholderName))),
  };
}

/** Matches text that quoted-printable leaves unchanged on one line, such as most URLs. */
const PLAIN = /^[!-<>-~]{0,76}$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? text : wrap(quotedPrintable(text), MAX_LINE);
}

/** Whether a text shares a line with its neighbours. */
interface Edges {
  /** Whether the text continues the line before it. */
  readonly begins: boolean;
  /** Whether the line continues after the text; null for an empty text, which changes nothing. */
  readonly ends: boolean | null;
}

function edgesOf(text: string): Edges {
  return { begins: text !== "" && !text.startsWith("\r\n"), ends: text === "" ? null : !text.endsWith("\r\n") };
}

/** Returns the values with soft line breaks where they meet the fixed texts, which are wrapped separately. */
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

/** Returns a soft line break (RFC 2045 section 6.7 rule 5) if two pieces meet within a line. */
function softBreak(isInLine: boolean): string {
  return isInLine ? "=\r\n" : "";
}

/** Encodes the complete lines before the first placeholder once, and the rest for each recipient. */
function base64Part({ texts, placeholders }: SplitText): EncodedPart {
  const head = Buffer.from(texts[0] ?? "");
  const whole = placeholders.length === 0 ? head.length : head.length - (head.length % BYTES_PER_LINE);
  const lines = base64Lines(head.subarray(0, whole));
  const rest = head.subarray(whole);
  const tailFor = (value: (name: PlaceholderName) => string): string => {
    const tail = fill({ texts: ["", ...texts.slice(1)], placeholders }, value);
    return base64Lines(Buffer.concat([rest, Buffer.from(tail)]));
  };
  return {
    encoding: "base64",
    fixed: placeholders.length === 0 ? [lines] : [lines, ""],
    between: (value) => (placeholders.length === 0 ? [] : [tailFor(value)]),
  };
}

function base64Lines(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll(/.{1,76}/g, "$&\r\n");
}
