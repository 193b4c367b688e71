import type { CheckOptions } from "../../../src/render/checks/index.js";
import { checkLetter } from "../../../src/render/checks/index.js";
import type { CheckResult } from "../../../src/render/checks/index.js";
import { createRenderer, DEFAULT_BRANDING } from "../../../src/render/renderer.js";
import type { Digest, Letter, Paper } from "../../../src/core/model.js";
import { makeDigest, makePapers, type DigestOverrides } from "../../support/papers-model.js";

/** A letter with what it was made from and what its checks are told. */
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
};
const renderer = createRenderer({ branding });
const withoutLeaving = createRenderer({ branding: DEFAULT_BRANDING });

/** The letter of the real renderer, with everything that one may have: pictures, an unsubscribe link, a postal line. */
export function soundCase(): Case {
  const papers = makePapers(12).map((paper) => ({
    ...paper,
    pdfUrl: `${paper.pdfUrl}?v=1`,
    codeUrl: `https://github.com/example/lantern-${paper.id}`,
    projectUrl: `https://lantern.example/${paper.id}`,
  }));
  const digest = makeDigest(papers, { view: { pictures: true } });
  return { letter: renderer.letter(digest), digest, options: OPTIONS };
}

/** The letter of other papers, without a way to leave. */
export function rendered(papers: readonly Paper[], overrides: DigestOverrides = {}): Change {
  const digest = makeDigest(papers, overrides);
  return (sound) => ({ ...sound, digest, letter: withoutLeaving.letter(digest) });
}

/** What the checks say of a case. */
export function check({ letter, digest, options }: Case): CheckResult[] {
  return checkLetter(letter, digest, options);
}

/** The result of one check. */
export function resultOf(id: string, of: Case): CheckResult {
  const result = check(of).find((candidate) => candidate.id === id);
  if (!result) throw new Error(`there is no check ${id}`);
  return result;
}

/** Makes another case of a sound one. */
export type Change = (sound: Case) => Case;

/** For a check's id: changes that break a sound letter, and what the check must say then. */
export type Breaks = Readonly<
  Record<string, readonly { readonly by: string; readonly change: Change; readonly says: RegExp }[]>
>;

/** Changes parts of the letter. */
export function letter(change: (letter: Letter) => Partial<Letter>): Change {
  return (sound) => ({ ...sound, letter: { ...sound.letter, ...change(sound.letter) } });
}

/** Replaces a piece of the HTML part; one that is not there is a mistake of the test. */
export function html(piece: string | RegExp, by: string): Change {
  return letter((old) => ({ html: swap(old.html, piece, by) }));
}

/** Replaces a piece of the text part. */
export function text(piece: string | RegExp, by: string): Change {
  return letter((old) => ({ text: swap(old.text, piece, by) }));
}

/** Puts HTML at the end of the sheet, inside of everything that a theme says about it. */
export function added(fragment: string): Change {
  return html(/<\/div>(?![\s\S]*<\/div>)/, `${fragment}</div>`);
}

/** Changes the digest, for instance its papers. */
export function digest(change: (digest: Digest) => Partial<Digest>): Change {
  return (sound) => ({ ...sound, digest: { ...sound.digest, ...change(sound.digest) } });
}

/** Changes what the checks are told. */
export function options(change: Partial<CheckOptions>): Change {
  return (sound) => ({ ...sound, options: { ...sound.options, ...change } });
}

/** Does one change after the other. */
export function both(first: Change, second: Change): Change {
  return (sound) => second(first(sound));
}

function swap(whole: string, piece: string | RegExp, by: string): string {
  const changed = whole.replace(piece, () => by);
  if (changed === whole) throw new Error(`the letter has no ${String(piece)}`);
  return changed;
}

/** Words of so many bytes. */
export function filler(bytes: number): string {
  return "x ".repeat(bytes / 2);
}
