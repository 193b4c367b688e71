import type { Digest } from "../core/model.js";
import { countOf } from "./chrome.js";
import type { PaperData } from "./paper-data.js";
import { groupByTheme } from "./themes.js";
import type { ThemeId } from "./themes.js";
import type { Words } from "./words.js";

/** Silent reading of English non-fiction, in words per minute (Brysbaert, Journal of Memory and Language 109, 2019). */
const WORDS_PER_MINUTE = 238;

/** A theme with fewer papers is not named in the overview. */
const COMMON = 3;

/** Returns `33 papers, 18 with code, most often about agents (9) and video (6)`. */
export function contentsOf(digest: Digest, themes: readonly (ThemeId | null)[], words: Words): string {
  const withCode = digest.kept.filter(({ paper }) => paper.codeUrl !== null).length;
  const code = withCode > 0 ? words.say("withCode", { count: withCode }) : null;
  return [countOf(digest, words), code, commonThemes(themes, words)].filter(Boolean).join(", ");
}

/** Names the two themes that most papers share; null when none is common. */
function commonThemes(themes: readonly (ThemeId | null)[], words: Words): string | null {
  const { groups } = groupByTheme(themes.map((theme) => ({ theme })));
  const common = groups.filter(({ entries }) => entries.length >= COMMON);
  const [first, second] = common.map(
    ({ theme, entries }) => `${words.say(`theme.${theme}`)} (${words.number(entries.length)})`,
  );
  if (first === undefined) return null;
  return second === undefined ? words.say("themes.one", { first }) : words.say("themes.two", { first, second });
}

/** Counts the words of a paper's texts in a letter. */
export function wordsIn({ title, summary, abstract }: PaperData): number {
  return [title, summary, abstract].filter(Boolean).join(" ").match(WORD)?.length ?? 0;
}

/** A word; of Chinese and Japanese, which have no spaces, two characters. */
const WORD =
  /[\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}]{1,2}|[^\s\p{Ideographic}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/** Returns `About 4 minutes to read.` */
export function minutesOf(entries: readonly { readonly length: number }[], words: Words): string {
  const total = entries.reduce((sum, { length }) => sum + length, 0);
  return words.say("minutes", { count: Math.max(1, Math.round(total / WORDS_PER_MINUTE)) });
}
