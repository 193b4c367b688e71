import type { Digest, Dropped } from "../../core/model.js";
import { describeReason } from "../../render/renderer.js";
import { findPlaces } from "./frame.js";
import type { VariantId } from "./frame.js";
import { readHeaders, shownSender } from "./headers.js";
import { jumpTo, lineOf } from "./locate.js";
import type { Jump } from "./locate.js";
import { sizePane } from "./size-tab.js";
import type { Made } from "./preview.js";
import { FRAMES } from "./tabs.js";
import type { TabId } from "./tabs.js";

/** How addresses are made, which differs between the live page and a file. */
export interface Links {
  /** Where a frame comes from: an address, or the document itself; the other one is null. */
  readonly frame: (variant: VariantId, made: Made) => { readonly src: string | null; readonly srcdoc: string | null };
  /** The address of a place that a check named; null when it cannot be shown. */
  readonly jump: (jump: Jump, where: string) => string | null;
  /** The place that somebody wants to see. */
  readonly mark: string | null;
}

type PaneData = Readonly<Record<string, unknown>>;

/** What each tab shows of a letter. */
export function letterPane(tab: TabId, made: Made, links: Links): PaneData {
  return LETTER_PANES[tab]?.(made, links) ?? framesPane(FRAMES[tab] ?? [], made, links);
}

function framesPane(variants: readonly VariantId[], made: Made, links: Links): PaneData {
  return {
    frames: variants.map((variant) => ({ variant, ...links.frame(variant, made) })),
    hasPictures: /<img\b/i.test(made.letter.html),
  };
}

const LETTER_PANES: { readonly [Tab in TabId]?: (made: Made, links: Links) => PaneData } = {
  text: ({ letter }, { mark }) => {
    const marked = mark === null ? null : lineOf(mark, letter.text);
    const lines = letter.text.split("\n");
    return { lines: lines.map((text, index) => ({ text, number: index + 1, isMarked: index + 1 === marked })) };
  },
  inbox: ({ letter, message }) => ({
    sender: message ? shownSender(headerOf(message.raw, "from")) : "No sender",
    subject: letter.subject,
    preheader: letter.preheader,
    subjectLength: letter.subject.length,
    preheaderLength: letter.preheader.length,
  }),
  raw: ({ message, mailProblem }) => ({
    problem: mailProblem,
    headers: message ? readHeaders(message.raw.toString("utf8")) : [],
    raw: message?.raw.toString("utf8").replaceAll("\r\n", "\n") ?? null,
  }),
  size: sizePane,
  checks: ({ letter, checks }, { jump }) => {
    const failed = checks.filter(({ passed }) => !passed);
    const places = failed.length > 0 ? findPlaces(letter.html) : new Set<string>();
    const rows = [...failed, ...checks.filter(({ passed }) => passed)].map(({ findings, ...check }) => ({
      ...check,
      isError: check.severity === "error",
      findings: findings.map(({ message, where = null, count = 1 }) => {
        const place = where === null ? null : jumpTo(where, letter, places);
        return { message, where, count: count > 1 ? count : null, href: place && where ? jump(place, where) : null };
      }),
    }));
    return { rows, failed: failed.length, all: checks.length };
  },
};

function headerOf(raw: Buffer, wanted: string): string {
  const found = readHeaders(raw.toString("utf8")).find(({ name }) => name.toLowerCase() === wanted);
  return found?.value ?? "";
}

/** What each tab shows of a digest. */
export function digestPane(tab: TabId, digest: Digest): PaneData {
  return tab === "papers" ? papersPane(digest) : explainPane(digest);
}

function explainPane({ kept, dropped, revisit }: Digest): PaneData {
  return {
    revisit: revisit
      ? [
          ...revisit.kept.map((entry) => ({ ...explained(entry), verdict: "kept" })),
          ...revisit.dropped.map((entry) => ({ ...explained(entry), verdict: "dropped" })),
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

function papersPane({ edition: { papers, rising: _risen, ...edition } }: Digest): PaneData {
  return {
    edition: Object.entries(edition).map(([name, value]) => ({ name, value: String(value ?? "not said") })),
    papers: papers.map((paper) => ({ id: paper.id, title: paper.title, data: JSON.stringify(paper, null, 2) })),
  };
}
