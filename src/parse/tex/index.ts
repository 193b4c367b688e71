import { writeLink } from "./links.js";
import { OWN_WORK } from "./macro-table.js";
import { mathToText } from "./math.js";
import { repairTex } from "./repair.js";
import { PROTECTED, PROTECTED_AFTER_MATH } from "./protect.js";
import { readPunctuation } from "./punctuation.js";
import { splitMath } from "./split-math.js";
import { replaceTextMacros } from "./text-macros.js";
import { BARE_COMMAND } from "./bare-commands.js";
import { createPlaceholders } from "./placeholders.js";
import type { Placeholders } from "./placeholders.js";

/** Longer texts are not abstracts and are returned as they came; the longest of 673 real ones has 1,918 characters (measured). */
const LONGEST_TEXT = 50_000;

/** Characters and words without which no step below changes anything; most texts leave here. */
const SIGNS_OF_TEX =
  /[\\$^_~`{]|--|(?:times|sim)(?![a-z-])|pm ?\d|\d ?pm|langle|loglog|''|[OΘΩ]\([A-Za-z]{1,2}log|\p{L}log\(|, ?dots,|\p{Script=Greek}[a-z]|(?<![a-z])(?:ge|le|ne|ll|gg|cup|cap|equiv)(?: |\d)|\(\p{L}.? ?mid /u;

/**
 * A title, abstract or summary as the site wrote it (white space collapsed, entities decoded), with its TeX made
 * readable: `$\mathcal{O}(n^2)$` is `𝒪(n²)`, `sim75\%` is `∼75%`. Money, code and addresses stay; what is not known stays
 * as typed. Its own output goes through unchanged. Never throws.
 */
export function texToText(text: string): string {
  if (text.length > LONGEST_TEXT || !(SIGNS_OF_TEX.test(text) || BARE_COMMAND.test(text))) return text;
  const { placeholders, text: sealed } = createPlaceholders(text);
  const steps: readonly ((text: string) => string)[] = [
    (current) => hideAll(current, PROTECTED, placeholders),
    (current) => readMath(current, placeholders),
    (current) => hideAll(current, PROTECTED_AFTER_MATH, placeholders),
    (current) => replaceTextMacros(current, placeholders),
    repairTex,
    readPunctuation,
    (current) => repairLinks(current, placeholders),
    (current) => current.replace(/ {2,}/g, " ").trim(),
  ];
  return placeholders.restore(steps.reduce((current, step) => step(current), sealed));
}

function hideAll(text: string, kinds: typeof PROTECTED, placeholders: Placeholders): string {
  return kinds.reduce(
    (current, { needs, pattern, change }) =>
      current.includes(needs) ? placeholders.hideMatches(current, pattern(), change) : current,
    text,
  );
}

/** Formulas read and put away; one that cannot be read stays as typed, dollars and all. */
function readMath(text: string, placeholders: Placeholders): string {
  if (!/\$|\\[([]/.test(text)) return text;
  return splitMath(text)
    .map(({ math, content, typed }) =>
      math && !isOwnWork(content) ? placeholders.hide(formula(content, typed)) : content,
    )
    .join("");
}

/** The authors' macro for their own work, such as `$\ours$`, is a word, which the step after this one reads. */
function isOwnWork(content: string): boolean {
  return Object.hasOwn(OWN_WORK, /^\\([a-z]+)(?:\{\})?$/.exec(content)?.[1] ?? "");
}

function formula(content: string, typed: string): string {
  const written = mathToText(content);
  // A lone command of the authors' own stays recognisable; beside other mathematics it loses the dollars alone.
  return written === null || /^\\[A-Za-z]+(?:\{[^{}]*\})*$/.test(written) ? typed : written;
}

/** What `\href` leaves on the site: the address, and its words in braces. */
function repairLinks(text: string, placeholders: Placeholders): string {
  if (!text.includes("{")) return text;
  return text.replace(/(\p{Co})\s?\{([^{}]{1,300})\}/gu, (whole: string, sealed: string, words: string) => {
    const address = placeholders.restore(sealed);
    if (!/^https?:/i.test(address)) return whole;
    return placeholders.hide(writeLink(address, placeholders.restore(words)));
  });
}
