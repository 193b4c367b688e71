import { subjectLine } from "./subject.js";
import type { LetterData } from "./letter-data.js";
import type { Words } from "./words.js";
import { columns, wrap } from "./wrap.js";

/** The last argument of every helper. */
interface Options {
  readonly hash: Readonly<Record<string, unknown>>;
  readonly data: { readonly root: LetterData };
}

type Helper = (...given: never[]) => string | readonly string[];

/** The helpers of templates, in addition to the built-in `if`, `unless`, `each` and `with`. */
export type Helpers = Readonly<Record<HelperName, Helper>>;

export const HELPER_NAMES = ["t", "subjectLine", "wrap", "pad", "rule", "link", "lines", "md"] as const;
type HelperName = (typeof HELPER_NAMES)[number];

/** Creates the helpers for one language. */
export function createHelpers(words: Words): Helpers {
  return {
    /** `{{t "votes" count=12}}` prints a message of the messages file. */
    t: (key: unknown, { hash }: Options) => words.say(text(key), hash as Record<string, string | number>),
    /**
     * `{{subjectLine room=60}}` prints the leading titles in at most that many characters, by default 78 (RFC 5322, section
     * 2.1.1).
     */
    subjectLine: ({ hash, data: { root } }: Options) =>
      subjectLine({
        titles: root.titles,
        total: root.total,
        room: numberOr(hash["room"], 78),
        period: root.subjectPeriod,
        more: (count) => words.say("subjectMore", { count }),
        otherwise: `${root.branding.name}, ${root.period}`,
      }),
    /** `{{wrap abstract label="About" first="1. " rest="   "}}` wraps a text at 72 columns. */
    wrap: (given: unknown, { hash }: Options) => {
      const first = text(hash["first"]);
      const label = hash["label"] === undefined ? "" : `${text(hash["label"])}: `;
      return wrap(label + text(given), { first, rest: hash["rest"] === undefined ? first : text(hash["rest"]) });
    },
    /** `{{pad rank}}` prints a number that starts an indented paragraph, padded to four columns. */
    pad: (rank: unknown) => `${text(rank)}. `.padEnd(4),
    /** `{{rule "-"}}` prints a line of 72 columns. */
    rule: (mark: unknown) => text(mark).slice(0, 1).repeat(72),
    /** `{{link "PDF" url}}` prints a label and an address on one line if they fit, otherwise on two lines. */
    link: (label: unknown, url: unknown, { hash }: Options) => {
      const indent = text(hash["indent"]);
      const line = `${indent}${text(label)}: ${text(url)}`;
      return columns(line) <= 72 ? line : `${wrap(`${text(label)}:`, { first: indent })}\n${indent}${text(url)}`;
    },
    /** `{{#each (lines branding.footer)}}` repeats a block for each line of a text that has several. */
    lines: (given: unknown) =>
      text(given)
        .split(/\r?\n/)
        .filter((line) => line.trim() !== ""),
    /** `{{md title}}` escapes a text for Markdown. */
    md: (given: unknown) => escapeMarkdown(text(given)),
  };
}

/** Escapes Markdown (CommonMark 0.31, section 2.4), so that it displays `optimize_anything` and `<EOS>` unchanged. */
export function escapeMarkdown(given: string): string {
  return given
    .replaceAll(/[\\`*_{}[\]<>#|~$]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll(/^(\s*)([-+=])/gm, String.raw`$1\$2`)
    .replaceAll(/^(\s*\d+)([.)])/gm, String.raw`$1\$2`)
    .replaceAll(/\b(https?):\/\//gi, String.raw`$1\://`);
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
