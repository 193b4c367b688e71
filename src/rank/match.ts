import type { Paper, Reason, View } from "../core/model.js";
import { spellFields } from "./fields.js";
import { closeHyphens, fold } from "../core/fold.js";
import { holds, readPhrase, spell } from "./phrase.js";
import type { Phrase } from "./phrase.js";

/** Whether a paper is in the letter, and why: what found it when it is, every rule that it failed when it is not. */
export interface Match {
  readonly isKept: boolean;
  readonly reasons: readonly Reason[];
}

type Wish = "include" | "exclude" | "authors" | "organizations";
type Found = Extract<Reason, { readonly rule: Wish }>;
type Finder = (paper: Paper) => readonly Found[];

/** The lists that widen: with any of them set, a paper is wanted when one of them finds it. */
const WIDENING = ["include", "authors", "organizations"] as const;

/** How each list of a view finds papers. */
const FINDERS: Readonly<Record<Wish, (wishes: readonly string[]) => Finder>> = {
  include: (wishes) => findPhrases("include", wishes),
  exclude: (wishes) => findPhrases("exclude", wishes),
  authors: findAuthors,
  organizations: findOrganizations,
};

/** The rules that narrow: each says why it fails a paper, or nothing. */
const NARROWING: readonly ((view: View) => (paper: Paper) => readonly Reason[])[] = [
  ({ exclude }) => FINDERS.exclude(exclude),
  ({ minUpvotes: minimum }) =>
    ({ upvotes }) =>
      (upvotes ?? 0) < minimum ? [{ rule: "min-upvotes", upvotes, minimum }] : [],
  ({ withCode }) =>
    ({ codeUrl }) =>
      withCode && codeUrl === null ? [{ rule: "without-code" }] : [],
];

/**
 * Makes the match of a view. `include`, `authors` and `organizations` widen (any one match is enough; with none of them
 * set everything is wanted); `exclude`, `minUpvotes` and `withCode` narrow what is left. Votes that the page does not
 * tell fail any minimum above 0.
 */
export function matcherFor(view: View): (paper: Paper) => Match {
  const wanted = WIDENING.flatMap((list) => view[list]);
  const finders = WIDENING.map((list) => FINDERS[list](view[list]));
  const failures = NARROWING.map((rule) => rule(view));
  return (paper) => {
    const found = finders.flatMap((find) => find(paper));
    const unwanted: readonly Reason[] = wanted.length > 0 && found.length === 0 ? [{ rule: "no-match", wanted }] : [];
    const failed = [...unwanted, ...failures.flatMap((fails) => fails(paper))];
    if (failed.length > 0) return { isKept: false, reasons: failed };
    return { isKept: true, reasons: found.length > 0 ? found : [{ rule: "unfiltered" }] };
  };
}

/** Each phrase is named with the first field that holds it. */
function findPhrases(rule: "include" | "exclude", wishes: readonly string[]): Finder {
  const phrases = wishes.map(readPhrase);
  if (phrases.length === 0) return () => [];
  return (paper) => {
    const fields = spellFields(paper);
    return phrases.flatMap((phrase) => {
      const hit = fields.find(({ spelling }) => holds(spelling, phrase));
      return hit ? [{ rule, phrase: phrase.text, field: hit.field }] : [];
    });
  };
}

/** An author is found by the full name, its parts in any order: `Muller, Zoe` finds `Zoë Müller`, `Muller` does not. */
function findAuthors(wishes: readonly string[]): Finder {
  const names = wishes.map((phrase) => ({ phrase, key: nameKey(phrase) }));
  if (names.length === 0) return () => [];
  return ({ authors }) => {
    const keys = new Set(authors.map(({ name }) => nameKey(name)));
    return names
      .filter(({ key }) => key !== "" && keys.has(key))
      .map(({ phrase }) => ({ rule: "authors", phrase, field: "authors" }));
  };
}

/** The parts of a name, sorted. Characters of a part stay together, so that no Chinese name becomes its own anagram. */
function nameKey(name: string): string {
  const parts = closeHyphens(fold(name)).split(/[^\p{L}\p{N}\p{M}]+/u);
  return parts
    .filter((part) => part !== "")
    .toSorted()
    .join(" ");
}

/** An organisation is found by a phrase of its name: `DeepMind` finds `Google DeepMind`. */
function findOrganizations(wishes: readonly string[]): Finder {
  const phrases: readonly Phrase[] = wishes.map(readPhrase);
  if (phrases.length === 0) return () => [];
  return ({ organization }) => {
    if (organization === null) return [];
    const name = spell([organization.name]);
    return phrases
      .filter((phrase) => holds(name, phrase))
      .map(({ text }) => ({ rule: "organizations", phrase: text, field: "organization" }));
  };
}
