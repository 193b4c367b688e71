import type { Digest, Dropped } from "../../core/model.js";
import { describeReason } from "../../render/renderer.js";
import { findLocations } from "./frame.js";
import type { VariantId } from "./frame.js";
import { readHeaders, senderName } from "./headers.js";
import { locateFinding, lineOf } from "./locate.js";
import type { FindingTarget } from "./locate.js";
import { sizeContent } from "./size-tab.js";
import type { RenderedLetter } from "./preview.js";
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
