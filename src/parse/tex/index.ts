import { ownWork, writeLink } from "./macro-table.js";
import { MARKUP_RULES, PUNCTUATION_RULES } from "./markup.js";
import { mathToText } from "./math.js";
import { createPlaceholders, PROTECTED, PROTECTED_AFTER_MATH } from "./protect.js";
import type { Placeholders } from "./protect.js";
import { BRACE_RULES, dropLooseBraces } from "./repair-braces.js";
import { SPACE_RULES } from "./repair-commands.js";
import { GLUED_RULES, GREEK_RULES } from "./repair-names.js";
import { PRODUCT_RULES, TEXT_RULES } from "./repair-text.js";
import { applyRules } from "./rule.js";
import { LONE_NAME } from "./signs.js";
import { splitMath } from "./split-math.js";
import { replaceTextMacros } from "./text-macros.js";

/** Longer texts are returned unchanged. The longest of 673 real abstracts has 1,918 characters. */
const LONGEST_TEXT = 50_000;

const GREEK = "(?:alpha|beta|gamma|delta|epsilon|eta|theta|kappa|lambda|[mn]u|pi|rho|sigma|tau|phi|chi|psi|omega)";

/** What TeX and its punctuation begin with. */
const SIGNS_OF_TEX = /[\\$~\x60]|--|''/;

/**
 * What remains of TeX without its backslashes and dollars, and other markup. Each pattern begins with a rare character or a digit where
 * possible and looks back from there: those that begin with a word, or with alternatives, take several times as long.
 */
const SIGNS_OF_REMAINS = [
  /[\\$^_{}]|~(?:19|20)\d\d[a-z]/,
  /[!*,;\]<.:](?:(?<=!)[^\s!?"”'’),.]|(?<=\*)[A-Za-z*]|(?<=,) ?dots[,})\]]|(?<=;)[=<>≈∼≤≥→×∈a-z]|(?<=\])\(|(?<=<)\/a>|(?<=\.) % |(?<=[a-z]https?:)\/\/)/,
  /\d(?:to ?\d|[%×KMBkx]to ?\d| ?times| ?pm|(?<=[a-z]-?(?:19|20)\d\d)-?[a-z]|(?<=x20[12]\d)[\sA-Za-z])/,
  /(?:times|sim|pm)(?![a-z-])/,
  /[\u0370-\u03ff](?:[a-z]|(?<=symbol.))|boldsymbol|math(?:bb|bf|cal|frak|scr)/,
  / (?:ge|le|ne|ll|gg|cup|cap|equiv)(?: |\d)/,
  new RegExp(`[=<>≈≤≥∼≪≫∈/*·|+](?:(?<=${GREEK} ?.)| ?${GREEK}(?![a-z]))`),
  new RegExp(
    String.raw`\((?:${GREEK}(?:, |[=<>*/])|(?<=${GREEK}\()[a-z] ?[|;,)]|(?<=(?:left|[bB]igg?l?|log|sqrt) ?\()|[A-Za-z]{1,2}log|[^ -~]?\w? ?mid )`,
  ),
];

/**
 * Converts the TeX in a title, abstract or summary to Unicode text: `$\mathcal{O}(n^2)$` to `𝒪(n²)`, `sim75\%` to `∼75%`. Expects
 * collapsed white space and decoded entities. Money, code, addresses and unknown commands stay unchanged. Idempotent; never throws.
 */
export function texToText(text: string): string {
  if (text.length > LONGEST_TEXT || !(SIGNS_OF_TEX.test(text) || hasRemains(text))) return text;
  const { placeholders, text: hidden } = createPlaceholders(text);
  const steps: readonly ((text: string) => string)[] = [
    (current) => placeholders.hideAll(current, PROTECTED),
    (current) => readMath(current, placeholders),
    (current) => placeholders.hideAll(current, PROTECTED_AFTER_MATH),
    (current) => replaceTextMacros(current, placeholders),
    (current) => (hasRemains(current) ? repairTex(applyRules(MARKUP_RULES, current)) : current),
    (current) => applyRules(PUNCTUATION_RULES, current),
    (current) => repairLinks(current, placeholders),
    (current) => dropLooseBraces(current, placeholders.restore),
    (current) => (current === hidden ? current : current.replace(/ {2,}/g, " ").trim()),
  ];
  return placeholders.restore(steps.reduce((current, step) => step(current), hidden));
}

function hasRemains(text: string): boolean {
  return SIGNS_OF_REMAINS.some((sign) => sign.test(text)) || LONE_NAME.test(text);
}

/** Converts and hides the formulas. A formula that cannot be parsed stays unchanged, including its dollars. */
function readMath(text: string, placeholders: Placeholders): string {
  if (!/\$|\\[([]/.test(text)) return text;
  return splitMath(text)
    .map(({ math, content, typed }) =>
      math && !isOwnWork(content) ? placeholders.hide(mathToText(content) ?? typed) : content,
    )
    .join("");
}

/** Whether a formula is only a macro for the authors' own work, such as `$\ours$`, which a later step converts. */
function isOwnWork(content: string): boolean {
  const name = /^\\([A-Za-z]+)(?:\{\})?$/.exec(content)?.[1];
  return name !== undefined && ownWork(name) !== null;
}

/** The deepest nesting of braces that is repaired. */
const MAX_BRACE_DEPTH = 6;

/**
 * Repairs TeX that has lost its backslashes or dollars. The site's renderer for abstracts drops the dollars of a formula and
 * the backslashes in it (`$\sim75\%$` becomes `sim75\%`, `$J_{\mathcal{G}}$` becomes `J_{G}`, `{\bf x}` becomes `{bf x}`;
 * measured on the real pages). A rule applies only where the text has no other meaning.
 */
function repairTex(text: string): string {
  let repaired = applyRules(SPACE_RULES, text);
  for (let round = 0; round < MAX_BRACE_DEPTH; round++) {
    const before = repaired;
    repaired = applyRules(BRACE_RULES, repaired);
    if (repaired === before) break;
  }
  return [GREEK_RULES, GLUED_RULES, PRODUCT_RULES, TEXT_RULES].reduce(
    (done, rules) => applyRules(rules, done),
    repaired,
  );
}

/** Repairs links, because the site reduces `\href` to the address followed by its text in braces. */
function repairLinks(text: string, placeholders: Placeholders): string {
  if (!text.includes("{")) return text;
  return text.replace(
    /(\p{Co})\s?\{{1,2}([^{}]{1,300})\}{1,2}/gu,
    (whole: string, placeholder: string, words: string) => {
      const address = placeholders.restore(placeholder);
      if (!/^(?:https?:\/\/|[\w-]+(?:\.[\w-]+)+\/)\S+$/i.test(address)) return whole;
      return placeholders.hide(writeLink(address, placeholders.restore(words)));
    },
  );
}
