import type { Author, Organization, Submitter } from "../core/model.js";
import { isObject, valueAt } from "./json.js";
import { LIMITS } from "./limits.js";
import { plain, readable } from "./text.js";
import { baseOf, checkUrl } from "./urls.js";

/** The answer of a cleaner to a value that has the wrong type or an absurd size. */
export const WRONG = Symbol("wrong");

/**
 * Makes a value of the page into a field of a paper. What says nothing (an empty text, a link that is none) is the
 * empty value; what has the wrong type is WRONG. `undefined` and `null` never get here.
 */
export type Cleaner<Value> = (value: unknown, site: string) => Value | typeof WRONG;

/** Ids since April 2007, without a version (arXiv identifier scheme; measured: `\d{4}\.\d{5}` on every entry). */
const ARXIV_ID = /^\d{4}\.\d{4,5}$/;
const FILM = /\.(?:mp4|webm|qt|mov|m4v)(?:[?#]|$)/i;
const SLUG = /^\w[\w.-]{0,200}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]{5,15}(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export const cleanId: Cleaner<string | null> = (value) =>
  typeof value === "string" && ARXIV_ID.test(value) ? value : WRONG;

/** Text of at most so many characters, made readable. */
export function textUpTo(most: number): Cleaner<string | null> {
  return (value) => (isTextUpTo(most, value) ? readable(value) || null : WRONG);
}

function isTextUpTo(most: number, value: unknown): value is string {
  return typeof value === "string" && value.length <= most;
}

/** A name or a keyword; it may be blank. */
function cleanName(value: unknown): string | typeof WRONG {
  return isTextUpTo(LIMITS.name, value) ? plain(value) : WRONG;
}

export const cleanCount: Cleaner<number | null> = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LIMITS.count ? Number(value) : WRONG;

/** An instant as the page wrote it. */
export const cleanInstant: Cleaner<string | null> = (value) =>
  typeof value === "string" && INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? value : WRONG;

/** The day of an instant. */
export const cleanDay: Cleaner<string | null> = (value, site) => {
  const instant = cleanInstant(value, site);
  return typeof instant === "string" ? instant.slice(0, 10) : instant;
};

export const cleanUrl: Cleaner<string | null> = (value, site) =>
  typeof value === "string" ? checkUrl(value, site) : WRONG;

/** A picture's address: until June 2024 one key held either a picture or a film (`mediaUrl`). */
export const cleanPicture: Cleaner<string | null> = (value, site) => {
  const url = cleanUrl(value, site);
  return typeof url === "string" && FILM.test(url) ? null : url;
};

/** Addresses of pictures and films; of the one address of before June 2024 only a film counts. */
export const cleanMedia: Cleaner<readonly string[]> = (value, site) => {
  if (typeof value === "string") return FILM.test(value) ? cleanMedia([value], site) : [];
  const urls = listOf(value, LIMITS.media, (item) => cleanUrl(item, site));
  return urls === WRONG ? WRONG : urls.filter((url) => url !== null);
};

/** Every keyword, a blank one too (it happens: 2026-07-02). */
export const cleanKeywords: Cleaner<readonly string[]> = (value) => listOf(value, LIMITS.keywords, cleanName);

/** Every author in order, hidden ones too. A name that is blank makes the list wrong: nobody is left out in silence. */
export const cleanAuthors: Cleaner<readonly Author[]> = (value) =>
  listOf(value, LIMITS.authors, (item) => {
    const name = cleanName(valueAt(item, "name"));
    return name === WRONG || name === "" ? WRONG : { name };
  });

/** The full name where there is one (it may end in blanks), and the page of the short one. */
export const cleanOrganization: Cleaner<Organization | null> = (value, site) => {
  if (!isObject(value)) return WRONG;
  const slug = valueAt(value, "name");
  const name = nameIn(value, ["fullname", "name"]);
  if (name === null || name === WRONG) return name;
  return { name, url: typeof slug === "string" && SLUG.test(slug) ? `${baseOf(site)}/${slug}` : null };
};

/** The user name is `name` on entries and `user` on papers (docs/pages.md). */
export const cleanSubmitter: Cleaner<Submitter | null> = (value) => {
  if (!isObject(value)) return WRONG;
  const name = nameIn(value, ["fullname"]);
  const username = nameIn(value, ["name", "user"]);
  if (name === WRONG || username === WRONG) return WRONG;
  return name === null && username === null ? null : { name, username };
};

/** The first name that is not blank. */
function nameIn(value: unknown, keys: readonly string[]): string | null | typeof WRONG {
  for (const key of keys) {
    const name = cleanName(valueAt(value, key) ?? "");
    if (name !== "") return name;
  }
  return null;
}

function listOf<Item>(
  value: unknown,
  most: number,
  clean: (item: unknown) => Item | typeof WRONG,
): readonly Item[] | typeof WRONG {
  if (!Array.isArray(value) || value.length > most) return WRONG;
  const items: Item[] = [];
  for (const item of value) {
    const cleaned = clean(item);
    if (cleaned === WRONG) return WRONG;
    items.push(cleaned);
  }
  return items;
}
