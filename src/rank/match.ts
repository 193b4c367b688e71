import { addDays } from "../core/calendar.js";
import type { Paper, Reason, View } from "../core/model.js";
import { searchFieldsOf } from "./fields.js";
import { closeHyphens, fold } from "../core/fold.js";
import type { ClosenessById } from "./order.js";
import { contains, matchedForm, readPhrase, spell } from "./phrase.js";
import type { Phrase } from "./phrase.js";

/** Whether a view keeps a paper, with the phrases that matched or the rules that excluded it. */
export interface Match {
  readonly isKept: boolean;
  readonly reasons: readonly Reason[];
}

type ListName = "include" | "exclude" | "authors" | "organizations";
type Found = Extract<Reason, { readonly rule: ListName }>;
type Finder = (paper: Paper) => readonly Found[];

/** The lists of which a paper must match one. If all are empty, every paper matches. */
const INCLUDING = ["include", "authors", "organizations"] as const;

/** The matcher of each list of a view. */
const FINDERS: Readonly<Record<ListName, (entries: readonly string[]) => Finder>> = {
  include: (entries) => findPhrases("include", entries),
  exclude: (entries) => findPhrases("exclude", entries),
  authors: findAuthors,
  organizations: findOrganizations,
};

/** The rules that exclude papers. Each returns its reasons to drop a paper, or none. */
const EXCLUDING: readonly ((view: View, parts: MatchParts) => (paper: Paper) => readonly Reason[])[] = [
  ({ exclude }) => FINDERS.exclude(exclude),
  ({ minUpvotes: minimum }) =>
    ({ upvotes }) =>
      (upvotes ?? 0) < minimum ? [{ rule: "min-upvotes", upvotes, minimum }] : [],
  ({ withCode }) =>
    ({ codeUrl }) =>
      withCode && codeUrl === null ? [{ rule: "without-code" }] : [],
  ({ minCloseness: minimum = 0 }, { closeness }) =>
    ({ id }) => {
      const found = closeness?.get(id)?.value;
      return found === undefined || found >= minimum ? [] : [{ rule: "not-close", closeness: found, minimum }];
    },
  ({ since }, { lastDay = null }) => {
    const first = since === undefined || lastDay === null ? null : addDays(lastDay, -since);
    return ({ publishedAt, featuredOn }) => {
      const published = publishedAt?.slice(0, 10) ?? featuredOn;
      if (since === undefined || first === null || published === null || published >= first) return [];
      return [{ rule: "too-old", published, since }];
    };
  },
];

/** The facts that matching needs in addition to the view. */
export interface MatchParts {
  /** The day from which `since` counts back; without it, `since` does not apply. */
  readonly lastDay?: string | null;
  /** Without it, `minCloseness` does not apply. */
  readonly closeness?: ClosenessById;
}

/**
 * Creates the matcher of a view. A paper must match one entry of `include`, `authors` or `organizations`, unless all three are
 * empty, and it must pass `exclude`, `minUpvotes`, `withCode`, `minCloseness` and `since`. A paper without a vote count has 0
 * votes; one without a date is new.
 */
export function matcherFor(view: View, parts: MatchParts = {}): (paper: Paper) => Match {
  const wanted = INCLUDING.flatMap((list) => view[list]);
  const finders = INCLUDING.map((list) => FINDERS[list](view[list]));
  const failures = EXCLUDING.map((rule) => rule(view, parts));
  return (paper) => {
    const found = finders.flatMap((find) => find(paper));
    const unwanted: readonly Reason[] = wanted.length > 0 && found.length === 0 ? [{ rule: "no-match", wanted }] : [];
    const failed = [...unwanted, ...failures.flatMap((fails) => fails(paper))];
    if (failed.length > 0) return { isKept: false, reasons: failed };
    return { isKept: true, reasons: found.length > 0 ? found : [{ rule: "unfiltered" }] };
  };
}

/** Finds each phrase in the first field that contains it. */
function findPhrases(rule: "include" | "exclude", entries: readonly string[]): Finder {
  const phrases = entries.map(readPhrase);
  if (phrases.length === 0) return () => [];
  return (paper) => {
    const fields = searchFieldsOf(paper);
    return phrases.flatMap((phrase) => {
      const hit = fields.find(({ spelling }) => contains(spelling, phrase));
      if (!hit) return [];
      const form = matchedForm(hit.spelling, phrase);
      return [{ rule, phrase: phrase.text, field: hit.field, ...(form === null ? {} : { form }) }];
    });
  };
}

/**
 * Matches authors by their full name, with its parts in any order: `Muller, Zoe` matches `Zoë Müller`, but `Muller` does not.
 */
function findAuthors(entries: readonly string[]): Finder {
  const names = entries.map((phrase) => ({ phrase, key: nameKey(phrase) }));
  if (names.length === 0) return () => [];
  return ({ authors }) => {
    const keys = new Set(authors.map(({ name }) => nameKey(name)));
    return names
      .filter(({ key }) => key !== "" && keys.has(key))
      .map(({ phrase }) => ({ rule: "authors", phrase, field: "authors" }));
  };
}

/** Returns the sorted parts of a name. The characters in each part keep their order, which matters for Chinese names. */
function nameKey(name: string): string {
  const parts = closeHyphens(fold(name)).split(/[^\p{L}\p{N}\p{M}]+/u);
  return parts
    .filter((part) => part !== "")
    .toSorted()
    .join(" ");
}

/** Matches organizations whose name contains a phrase: `DeepMind` matches `Google DeepMind`. */
function findOrganizations(entries: readonly string[]): Finder {
  const phrases: readonly Phrase[] = entries.map(readPhrase);
  if (phrases.length === 0) return () => [];
  return ({ organization }) => {
    if (organization === null) return [];
    const name = spell([organization.name]);
    return phrases
      .filter((phrase) => contains(name, phrase))
      .map(({ text }) => ({ rule: "organizations", phrase: text, field: "organization" }));
  };
}
