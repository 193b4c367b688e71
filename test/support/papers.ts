import {
  ABSTRACTS,
  CODE_NAMES,
  FIRST_NAMES,
  KEYWORDS,
  LAST_NAMES,
  ORGANIZATIONS,
  SUBJECTS,
  TWISTS,
} from "./papers-words.js";
import type { Entry, EntryAuthor, EntryOrganization, EntryPaper, EntrySubmitter, EntryUser } from "./papers-shape.js";

export type { Entry, EntryAuthor } from "./papers-shape.js";

/** A part of `T` at any depth. Lists are replaced as a whole, and `undefined` removes a key. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T;

/** Returns 24 hex digits, the same for the same word. */
export function hexId(word: string): string {
  let hash = 0x811c9dc5;
  let digits = "";
  while (digits.length < 24) {
    for (const char of word) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    digits += hash.toString(16).padStart(8, "0");
  }
  return digits.slice(0, 24);
}

/** Returns an author without an account. */
export function makeAuthor(name: string, rest: Partial<EntryAuthor> = {}): EntryAuthor {
  return { _id: hexId(name), name, hidden: false, ...rest };
}

/** Returns an organization with this slug and full name. */
export function makeOrganization(name: string, fullname: string): EntryOrganization {
  const avatar = `https://cdn-avatars.huggingface.co/v1/production/uploads/${hexId(name)}/logo.png`;
  return { _id: hexId(name), name, fullname, avatar };
}

function makeSubmitter(name: string, fullname: string): EntrySubmitter {
  const flags = { isPro: false, isHf: false, isHfAdmin: false, isMod: false };
  return {
    _id: hexId(name),
    avatarUrl: avatarOf(name),
    fullname,
    name,
    type: "user",
    ...flags,
    isUserFollowing: false,
  };
}

/** Returns the URL of an avatar without a host, as half of those on the site. */
function avatarOf(username: string): string {
  return `/avatars/${hexId(username)}.svg`;
}

/** Returns the submitter in the form that is used in `paper` and for authors. */
function asUser({ _id, avatarUrl, isPro, fullname, name, type }: EntrySubmitter): EntryUser {
  return { _id, avatarUrl, isPro, fullname, user: name, type, name };
}

/** Returns the outer date, which is New York's local time marked as UTC: four hours less in summer (docs/pages.md). */
function outerDate(publishedAt: string): string {
  const time = Date.parse(publishedAt);
  return Number.isNaN(time) ? publishedAt : new Date(time - 4 * 3_600_000).toISOString();
}

/** Removes line breaks of a title. Tests may pass a missing or invalid title. */
function unwrap(title: unknown): unknown {
  return typeof title === "string" ? title.replaceAll(/\s+/g, " ") : title;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(base: object, over: object): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    if (value === undefined) delete merged[key];
    else merged[key] = isRecord(value) ? merge(isRecord(old) ? old : {}, value) : value;
  }
  return merged;
}

function basePaper(id: string): EntryPaper {
  const submitter = makeSubmitter("first-light", "Ottilie Brandt");
  return {
    id,
    authors: [makeAuthor("Ottilie Brandt"), makeAuthor("Tomás Ferreira")],
    publishedAt: "2026-10-01T09:30:00.000Z",
    submittedOnDailyAt: "2026-10-02T00:00:00.000Z",
    title: "Letterbox Networks for Quiet Delivery",
    submittedOnDailyBy: asUser(submitter),
    summary: "We study how a letter reaches its box without waking the dog, and measure it on nine streets.",
    upvotes: 7,
    discussionId: hexId(`discussion ${id}`),
  };
}

/**
 * Returns one entry. The keys that the outer level repeats (title, summary, media, organization, thumbnail, submitter, date) follow
 * the paper unless they are given, as on the site.
 */
export function makeEntry(overrides: DeepPartial<Entry> = {}): Entry {
  const { paper: paperOver = {}, ...over } = overrides;
  const fromOuter = merge({}, { title: over.title, summary: over.summary });
  const paper = merge(basePaper(paperOver.id ?? "2610.00001"), merge(fromOuter, paperOver)) as unknown as EntryPaper;
  const base = {
    paper,
    publishedAt: outerDate(paper.publishedAt),
    title: unwrap(paper.title),
    summary: paper.summary,
    ...(paper.mediaUrls && { mediaUrls: paper.mediaUrls }),
    thumbnail: `https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/${paper.id}.png`,
    numComments: 1,
    upvoted: false,
    submittedBy: makeSubmitter("first-light", "Ottilie Brandt"),
    ...(paper.organization && { organization: paper.organization }),
    isAuthorParticipating: false,
  };
  return merge(base, over) as unknown as Entry;
}

/** Returns a generator of pseudo-random numbers from 0 to 1 with a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Dice {
  readonly chance: (probability: number) => boolean;
  readonly upTo: (limit: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
}

function dice(seed: number): Dice {
  const random = randomFrom(seed);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]) => list[upTo(list.length)] as T;
  return { chance: (probability) => random() < probability, upTo, pick };
}

/** Returns the optional parts of a paper, about as often as on the site (measured over 3,705 entries). */
function someParts({ chance, upTo, pick }: Dice, id: string): DeepPartial<EntryPaper> {
  const name = pick(CODE_NAMES);
  const withCode = chance(0.6);
  const slug = pick(ORGANIZATIONS);
  return {
    ...(chance(0.2) && { mediaUrls: [`https://cdn-uploads.huggingface.co/production/uploads/${hexId(id)}/film.mp4`] }),
    ...(chance(0.4) && { projectPage: `https://${name}.example.org/` }),
    ...(withCode && { githubRepo: `https://github.com/example-${name}/${name}`, githubRepoAddedBy: "user" }),
    ...(chance(0.95) && {
      ai_summary: `A one-line account of ${name}, made for tests.`,
      ai_keywords: [pick(KEYWORDS), name],
    }),
    ...(withCode && chance(0.8) && { githubStars: chance(0.2) ? 1000 + upTo(60_000) : upTo(400) }),
    ...(chance(0.63) && { organization: makeOrganization(slug[0], slug[1]) }),
  };
}

function someAuthors({ chance, upTo, pick }: Dice): EntryAuthor[] {
  const count = chance(0.1) ? 20 + upTo(20) : 1 + upTo(8);
  const name = () => `${pick(FIRST_NAMES)} ${pick(LAST_NAMES)}`;
  return Array.from({ length: count }, () => makeAuthor(name(), { hidden: chance(0.02) }));
}

function someEntry(roll: Dice, place: number, upvotes: number): Entry {
  const { chance, upTo, pick } = roll;
  const id = `2610.${String(10_001 + place).padStart(5, "0")}`;
  const long = chance(0.2) ? `, with ${pick(TWISTS)} and ${pick(TWISTS)}` : "";
  const sentences = Array.from({ length: chance(0.1) ? 1 : 4 + upTo(12) }, () => pick(ABSTRACTS));
  return makeEntry({
    paper: {
      id,
      authors: someAuthors(roll),
      title: `${pick(SUBJECTS)} No. ${place + 1}: ${pick(TWISTS)}${long}`,
      summary: sentences.join(" "),
      upvotes,
      ...someParts(roll, id),
    },
    numComments: chance(0.3) ? 0 : 1 + upTo(12),
    submittedBy: chance(0.01) ? undefined : {},
  });
}

/**
 * Returns this number of different entries, the same for the same seed: long and short texts, with and without organization, code,
 * stars, project and video, and sometimes hidden authors. Votes decrease as on the site, and the last tenth (at least one) has
 * none.
 */
export function manyEntries(count: number, seed = 1): Entry[] {
  const roll = dice(seed);
  const silent = Math.ceil(count / 10);
  const votes = Array.from({ length: Math.max(0, count - silent) }, () => 1 + roll.upTo(240)).toSorted((a, b) => b - a);
  return Array.from({ length: count }, (_, place) => someEntry(roll, place, votes[place] ?? 0));
}
