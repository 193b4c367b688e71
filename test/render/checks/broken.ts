import type { CheckOptions } from "../../../src/render/checks/index.js";
import { checkLetter } from "../../../src/render/checks/index.js";
import type { CheckResult } from "../../../src/render/checks/index.js";
import { createRenderer, DEFAULT_BRANDING } from "../../../src/render/renderer.js";
import type { Digest, Letter, Paper } from "../../../src/core/model.js";
import { makeDigest, makePapers, type DigestOverrides } from "../../support/papers-model.js";

/** A letter with its digest and the options of its checks. */
export interface Case {
  readonly letter: Letter;
  readonly digest: Digest;
  readonly options: CheckOptions;
}

const OPTIONS: CheckOptions = {
  allowedHosts: ["huggingface.co", "letters.example"],
  allowedAddresses: ["paperboy@letters.example"],
  readers: ["reader@example.com"],
  unsubscribe: "required",
};

const branding = {
  ...DEFAULT_BRANDING,
  postal: "1 Lamp Street, Inkwell",
  unsubscribeUrl: "https://letters.example/unsubscribe",
  preferencesUrl: "https://letters.example/preferences",
};
const renderer = createRenderer({ branding });
const rendererWithoutUnsubscribe = createRenderer({ branding: DEFAULT_BRANDING });

/** Returns a valid letter of the real renderer with every optional part: pictures, the links of a reader and a postal address. */
export function validCase(): Case {
  const papers = makePapers(12).map((paper) => ({
    ...paper,
    pdfUrl: `${paper.pdfUrl}?v=1`,
    codeUrl: `https://github.com/example/lantern-${paper.id}`,
    projectUrl: `https://lantern.example/${paper.id}`,
  }));
  const digest = makeDigest(papers, { view: { pictures: true } });
  return { letter: renderer.letter(digest), digest, options: OPTIONS };
}

/** Replaces the letter by one of other papers, without an unsubscribe link. */
export function rendered(papers: readonly Paper[], overrides: DigestOverrides = {}): Change {
  const digest = makeDigest(papers, overrides);
  return (valid) => ({ ...valid, digest, letter: rendererWithoutUnsubscribe.letter(digest) });
}

/** Returns the results of all checks of a case. */
export function check({ letter, digest, options }: Case): CheckResult[] {
  return checkLetter(letter, digest, options);
}

/** Returns the result of one check. */
export function resultOf(id: string, of: Case): CheckResult {
  const result = check(of).find((candidate) => candidate.id === id);
  if (!result) throw new Error(`there is no check ${id}`);
  return result;
}

/** Derives a case from a valid one. */
export type Change = (valid: Case) => Case;

/** By the id of a check: changes that make a valid letter fail it, and the message of the check. */
export type Breaks = Readonly<
  Record<string, readonly { readonly by: string; readonly change: Change; readonly says: RegExp }[]>
>;

/** Changes parts of the letter. */
export function letter(change: (letter: Letter) => Partial<Letter>): Change {
  return (valid) => ({ ...valid, letter: { ...valid.letter, ...change(valid.letter) } });
}

/** Replaces a piece of the HTML part. Throws if the part does not contain it. */
export function html(piece: string | RegExp, by: string): Change {
  return letter((old) => ({ html: replaceIn(old.html, piece, by) }));
}

/** Replaces a piece of the text part. */
export function text(piece: string | RegExp, by: string): Change {
  return letter((old) => ({ text: replaceIn(old.text, piece, by) }));
}

/** Adds HTML at the end of the sheet, so that the styles of the theme apply to it. */
export function added(fragment: string): Change {
  return html(/<\/div>(?![\s\S]*<\/div>)/, `${fragment}</div>`);
}

/** Changes the digest, for example its papers. */
export function digest(change: (digest: Digest) => Partial<Digest>): Change {
  return (valid) => ({ ...valid, digest: { ...valid.digest, ...change(valid.digest) } });
}

/** Changes the options of the checks. */
export function options(change: Partial<CheckOptions>): Change {
  return (valid) => ({ ...valid, options: { ...valid.options, ...change } });
}

/** Applies two changes in order. */
export function both(first: Change, second: Change): Change {
  return (valid) => second(first(valid));
}

function replaceIn(whole: string, piece: string | RegExp, by: string): string {
  const changed = whole.replace(piece, () => by);
  if (changed === whole) throw new Error(`the letter has no ${String(piece)}`);
  return changed;
}

/** Returns words with this number of bytes. */
export function filler(bytes: number): string {
  return "x ".repeat(bytes / 2);
}
