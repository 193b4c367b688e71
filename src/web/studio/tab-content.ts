import { addressParser, decodeWords } from "postal-mime";
import type { Digest, Dropped, Letter } from "../../core/model.js";
import { describeReason } from "../../render/renderer.js";
import { findLocations, MARK } from "./frame.js";
import type { VariantId } from "./frame.js";
import type { RenderedLetter } from "./studio.js";
import { FRAMES } from "./tabs.js";
import type { TabId } from "./tabs.js";

/** Creates links, which differ between the live page and the static file. */
export interface Links {
  /** Returns the URL or the document of a frame; the other one is null. */
  readonly frame: (
    variant: VariantId,
    rendered: RenderedLetter,
  ) => { readonly src: string | null; readonly srcdoc: string | null };
  /** Returns the URL of a finding's location, or null if it cannot be shown. */
  readonly findingLink: (target: FindingTarget, where: string) => string | null;
  /** Location of the finding to highlight. */
  readonly mark: string | null;
}

type TabData = Readonly<Record<string, unknown>>;

/** Returns the template data of a tab that shows a letter. */
export function letterContent(tab: TabId, rendered: RenderedLetter, links: Links): TabData {
  return LETTER_TABS[tab]?.(rendered, links) ?? frameContent(FRAMES[tab] ?? [], rendered, links);
}

function frameContent(variants: readonly VariantId[], rendered: RenderedLetter, links: Links): TabData {
  return {
    frames: variants.map((variant) => ({ variant, ...links.frame(variant, rendered) })),
    hasPictures: /<img\b/i.test(rendered.letter.html),
  };
}

const LETTER_TABS: { readonly [Tab in TabId]?: (rendered: RenderedLetter, links: Links) => TabData } = {
  text: ({ letter }, { mark }) => {
    const marked = mark === null ? null : lineOf(mark, letter.text);
    const lines = letter.text.split("\n");
    return { lines: lines.map((text, index) => ({ text, number: index + 1, isMarked: index + 1 === marked })) };
  },
  inbox: ({ letter, message }) => ({
    sender: message ? senderName(headerOf(message.raw, "from")) : "No sender",
    letterSubject: letter.subject,
    preheader: letter.preheader,
    subjectLength: letter.subject.length,
    preheaderLength: letter.preheader.length,
  }),
  raw: ({ message, mailProblem }) => ({
    problem: mailProblem,
    headers: message ? readHeaders(message.raw.toString("utf8")) : [],
    raw: message?.raw.toString("utf8").replaceAll("\r\n", "\n") ?? null,
  }),
  size: sizeContent,
  checks: ({ letter, checks }, { findingLink }) => {
    const failed = checks.filter(({ passed }) => !passed);
    const locations = failed.length > 0 ? findLocations(letter.html) : new Set<string>();
    const rows = [...failed, ...checks.filter(({ passed }) => passed)].map(({ findings, ...check }) => ({
      ...check,
      isError: check.severity === "error",
      findings: findings.map(({ message, where = null, count = 1 }) => {
        const target = where === null ? null : locateFinding(where, letter, locations);
        return {
          message,
          where,
          count: count > 1 ? count : null,
          href: target && where ? findingLink(target, where) : null,
        };
      }),
    }));
    return { rows, failed: failed.length, all: checks.length };
  },
};

function headerOf(raw: Buffer, wanted: string): string {
  const found = readHeaders(raw.toString("utf8")).find(({ name }) => name.toLowerCase() === wanted);
  return found?.value ?? "";
}

/** Returns the template data of a tab that shows a digest. */
export function digestContent(tab: TabId, digest: Digest): TabData {
  return tab === "papers" ? papersContent(digest) : explainContent(digest);
}

function explainContent({ kept, dropped, revisit }: Digest): TabData {
  return {
    revisit: revisit
      ? [
          ...revisit.kept.map((entry) => ({ ...explained(entry), result: "kept" })),
          ...revisit.dropped.map((entry) => ({ ...explained(entry), result: "dropped" })),
        ]
      : null,
    kept: kept.map((entry) => ({ ...explained(entry), rank: entry.rank, form: entry.form })),
    dropped: dropped.map(explained),
  };
}

function explained({ paper, reasons }: Dropped) {
  return {
    id: paper.id,
    title: paper.title,
    votes: paper.upvotes ?? "?",
    reasons: reasons.map((reason) => describeReason(reason, "en")).join("; "),
  };
}

function papersContent({ edition: { papers, rising: _risen, ...edition } }: Digest): TabData {
  return {
    edition: Object.entries(edition).map(([name, value]) => ({ name, value: String(value ?? "unknown") })),
    papers: papers.map((paper) => ({ id: paper.id, title: paper.title, data: JSON.stringify(paper, null, 2) })),
  };
}

/** A message header, unfolded and decoded. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Returns the headers of a raw message (RFC 5322, section 2.2) in order. */
export function readHeaders(raw: string): Header[] {
  const [head = ""] = raw.split("\r\n\r\n", 1);
  const lines = head.replaceAll(/\r\n(?=[ \t])/g, "").split("\r\n");
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon), value: decodeWords(line.slice(colon + 1).trim()) };
  });
}

/** Returns the sender as an inbox shows it: the display name, or the address if there is none. */
export function senderName(from: string): string {
  const [sender] = addressParser(from);
  return sender?.name || sender?.address || from;
}

/** The place in the studio that shows the location of a finding. */
export interface FindingTarget {
  readonly tab: TabId;
  /** URL fragment within the tab; empty for the whole tab. */
  readonly fragment: string;
}

/**
 * Returns the place that shows the location of a finding, or null if there is none.
 * @param locations all locations in the HTML part (`findLocations`).
 */
export function locateFinding(where: string, letter: Letter, locations: ReadonlySet<string>): FindingTarget | null {
  if (where === "subject" || where === "preheader" || where === letter.subject || where === letter.preheader) {
    return { tab: "inbox", fragment: "" };
  }
  if (locations.has(where)) return { tab: "desktop", fragment: MARK };
  const line = lineOf(where, letter.text);
  if (line !== null) return { tab: "text", fragment: `line-${line}` };
  return where.startsWith("#") ? { tab: "desktop", fragment: where.slice(1) } : null;
}

/** Returns the line of the text part, from 1: the number in the location, or the first line that contains its quote. */
export function lineOf(where: string, text: string): number | null {
  const lines = text.split("\n");
  const [, number, quoted] = /^text part(?:, line (\d+)|: (.+))$/s.exec(where) ?? [];
  if (number) return Number(number);
  const index = lines.findIndex((line) => line.includes(quoted ?? where));
  return index < 0 ? null : index + 1;
}

/** Returns the URL fragment of a marked element: its own id if the mark is an id, otherwise `MARK`. */
export function fragmentOf(mark: string | null): string {
  if (mark === null) return "";
  return mark.startsWith("#") ? `#${encodeURIComponent(mark.slice(1))}` : `#${MARK}`;
}

const WHOLE = 100;

/** Returns the data of the size tab: the limits, the parts of the HTML, and the parts that were trimmed to fit. */
function sizeContent({ letter, sizes, message }: RenderedLetter): Readonly<Record<string, unknown>> {
  const [html = { bytes: 1, most: 1 }] = sizes.limits;
  const room = Math.max(html.most, html.bytes);
  return {
    limits: sizes.limits.map(({ name, bytes, most }) => ({
      name,
      value: bytes,
      max: most,
      bytes: number(bytes),
      most: number(most),
      share: percent(bytes, most),
    })),
    room: number(room),
    bar: sizes.parts.map(({ name, bytes }, index) => ({
      name,
      // Selects the colour in studio.css.
      number: index + 1,
      bytes: number(bytes),
      share: percent(bytes, html.bytes),
      x: sizes.parts.slice(0, index).reduce((sum, part) => sum + (WHOLE * part.bytes) / room, 0),
      width: (WHOLE * bytes) / room,
    })),
    inlineStyles: number(sizes.inlineStyles),
    textEncoded: number(sizes.textEncoded),
    message: message && number(message.raw.byteLength),
    trimmed: letter.trimmed ?? { shortened: 0, titlesOnly: 0, left: 0 },
  };
}

function percent(part: number, whole: number): number {
  return Math.round((WHOLE * part) / whole);
}

function number(value: number): string {
  return value.toLocaleString("en");
}
