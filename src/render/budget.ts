import { PaperboyError } from "../core/errors.js";
import type { Digest, Letter } from "../core/model.js";
import { SHORT_ABSTRACT } from "./clip.js";
import type { Extent } from "./paper-data.js";

/** The maximum size of each part of a letter in bytes. Gmail clips at about 102 kB; Google publishes no figure. */
export const BUDGET = { html: 90_000, htmlEncoded: 100_000, text: 60_000 } as const;

/** A placeholder, and a text as long as a reader's link: its token has 28 characters, most sites' addresses fewer than 40. */
const PLACEHOLDER = /\{link:[a-z]+\}/g;
const LINK = "x".repeat(70);

/** The number of papers of a letter and of its revisit. */
export interface PaperCounts {
  readonly papers: number;
  readonly revisit: number;
}

/** Renders the parts of a letter with a cut. */
export interface PartWriters {
  readonly html: (cut: Cut) => string;
  readonly text: (cut: Cut) => string;
}

/** The parts of a letter within the budget. */
export interface Fitted {
  readonly html: string;
  readonly text: string;
  readonly cut: Cut;
  /** The number of times that the HTML part was rendered. */
  readonly renders: number;
}

/** The number of papers at the top that lose nothing as long as there are others to drop. */
const FIRST = 10;

/**
 * Renders a letter with the smallest cut that fits the budget. Cuts have an order: first drop papers of the revisit one by one; then
 * shorten the abstracts of all but the first ten papers, and drop those papers, each from the last paper up. Only then shorten the
 * abstracts of the first ten, keep only their titles, and drop them. So a binary search finds the cut in about log2(papers) renders.
 * @throws PaperboyError `config-invalid` if a letter of one title does not fit: the templates or their texts are too large.
 */
export function fit(counts: PaperCounts, write: PartWriters): Fitted {
  let renders = 0;
  const attempt = (position: number): Fitted | null => {
    renders += 1;
    return partsWithin(cutAt(position, counts), write);
  };
  const whole = attempt(0);
  if (whole) return whole;
  const last = Math.max(1, stepsOf(counts).reduce((sum, step) => sum + step, 0) - 1);
  let tooMuch = 0;
  let best: { readonly position: number; readonly parts: Fitted } | null = null;
  while (tooMuch + 1 < (best?.position ?? last)) {
    const position = Math.floor((tooMuch + (best?.position ?? last)) / 2);
    const parts = attempt(position);
    if (parts) best = { position, parts };
    else tooMuch = position;
  }
  const found = best?.parts ?? attempt(last);
  if (!found) throw tooLarge(write.html(cutAt(last, counts)));
  return { ...found, renders };
}

/**
 * Renders both parts; returns null if one does not fit with the links of a reader. Renders the HTML part first, because it is nearly
 * always the larger one.
 */
function partsWithin(cut: Cut, write: PartWriters): Fitted | null {
  const html = write.html(cut);
  const sent = html.replaceAll(PLACEHOLDER, LINK);
  if (Buffer.byteLength(sent) > BUDGET.html || !fitsEncoded(sent, BUDGET.htmlEncoded)) return null;
  const text = write.text(cut);
  return Buffer.byteLength(text.replaceAll(PLACEHOLDER, LINK)) > BUDGET.text ? null : { html, text, cut, renders: 1 };
}

/** Returns a cut by its position in the order; 0 cuts nothing, the last one everything. */
export function cutAt(position: number, counts: PaperCounts): Cut {
  const steps = stepsOf(counts);
  const [revisit = 0, others = 0, left = 0, first = 0, titlesOnly = 0, leftOfFirst = 0] = steps.map((size, index) => {
    const before = steps.slice(0, index).reduce((sum, step) => sum + step, 0);
    return Math.min(Math.max(position - before, 0), size);
  });
  return { revisit, left: left + leftOfFirst, shortened: Math.max(others - left, 0) + first, titlesOnly };
}

/** Returns the length of each part of the order: see `fit`. */
function stepsOf({ papers, revisit }: PaperCounts): readonly number[] {
  const first = Math.min(papers, FIRST);
  return [revisit, papers - first, papers - first, first, first, first];
}

function tooLarge(html: string): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `a letter of one title has ${Buffer.byteLength(html)} bytes of HTML, over the limit of ${BUDGET.html}`,
    hint: `Shorten the intro, the footer or the templates. The limits are ${BUDGET.html} bytes of HTML and ${BUDGET.text} of text.`,
  });
}

/** The papers that the size budget removes or shortens, starting with the last one. */
export interface Cut {
  /** The number of papers of the revisit to drop; these are dropped first. */
  readonly revisit: number;
  /** The number of papers to drop. */
  readonly left: number;
  /** The number of the remaining papers whose abstracts are shortened. */
  readonly shortened: number;
  /** The number of the remaining papers to reduce to their titles. */
  readonly titlesOnly: number;
}

export const NO_CUT: Cut = { revisit: 0, left: 0, shortened: 0, titlesOnly: 0 };

/** Counts the papers that a cut changes. A paper with a short abstract is not changed. */
export function trimmedBy(cut: Cut, { kept }: Digest): Required<Letter>["trimmed"] {
  const shown = kept.slice(0, kept.length - cut.left);
  const extents = shown
    .map(({ form, paper }, index) => ({ form, paper, extent: extentOf(shown.length - index, cut) }))
    .filter(({ form }) => form !== "line");
  const shortened = extents.filter(
    ({ extent, paper }) => extent === "shortened" && (paper.abstract?.length ?? 0) > SHORT_ABSTRACT,
  );
  const titlesOnly = extents.filter(({ extent }) => extent === "title");
  const revisit = cut.revisit > 0 ? { revisit: cut.revisit } : {};
  return { shortened: shortened.length, titlesOnly: titlesOnly.length, left: cut.left, ...revisit };
}

/** Returns how much of a paper a cut keeps, by its position from the end of the remaining papers; 1 is the last. */
export function extentOf(fromEnd: number, { shortened, titlesOnly }: Cut): Extent {
  if (fromEnd <= titlesOnly) return "title";
  return fromEnd <= shortened ? "shortened" : "whole";
}

/** Returns the size of a text in bytes in the smaller of the two transfer encodings, with CRLF line ends. */
export function encodedBytes(text: string): number {
  return Math.min(quotedPrintableBytes(text), base64Bytes(text));
}

/** Whether `encodedBytes` is at most `most`. Uses an estimate, except near the limit. */
export function fitsEncoded(text: string, most: number): boolean {
  const escaped = Buffer.byteLength(text.replaceAll(/[ -<>-~\n]+/g, ""));
  // A soft line break comes after at least 73 bytes and takes three; a line end takes one more, a space before it two.
  const roughly = (Buffer.byteLength(text) + 2 * escaped + 3 * lineEnds(text) + 2) * (76 / 73);
  return Math.min(roughly, base64Bytes(text)) <= most || quotedPrintableBytes(text) <= most;
}

/** RFC 2045, section 6.7: one byte for printable ASCII, three for others, and `=` CRLF after 75 bytes of a line. */
function quotedPrintableBytes(text: string): number {
  let total = 0;
  let line = 0;
  const encoded = Buffer.from(text);
  for (let at = 0; at < encoded.length; at += 1) {
    const byte = encoded[at] ?? 0;
    if (byte === 10) {
      total += 2;
      line = 0;
      continue;
    }
    const cost = byte >= 32 && byte <= 126 && byte !== 61 ? 1 : 3;
    if (line + cost > 75) {
      total += 3;
      line = 0;
    }
    total += cost;
    line += cost;
  }
  // A space before a line end takes three bytes.
  return total + 2 * (text.match(/[ \t]$/gm)?.length ?? 0);
}

/** RFC 2045, section 6.8: four bytes for three, in lines of 76 and CRLF. */
function base64Bytes(text: string): number {
  const encoded = Math.ceil((Buffer.byteLength(text) + lineEnds(text)) / 3) * 4;
  return encoded + 2 * Math.ceil(encoded / 76);
}

function lineEnds(text: string): number {
  return text.split("\n").length - 1;
}
