import type { Author, Organization, Submitter } from "../core/model.js";
import { isObject, valueAt } from "../core/json.js";
import { LIMITS } from "./limits.js";
import { plain, readable } from "./text.js";
import { baseOf, checkUrl } from "./urls.js";

/** The result of a cleaner for a value of the wrong type or over its size limit. */
export const INVALID = Symbol("wrong");

/**
 * Converts a value of the page to a field of a paper. Returns the empty value for an empty text or an invalid link, and INVALID
 * for a value of the wrong type or over its size limit. Never called with `undefined` or `null`.
 */
export type Cleaner<Value> = (value: unknown, site: string) => Value | typeof INVALID;

/** arXiv ids since April 2007, without a version (https://info.arxiv.org/help/arxiv_identifier.html; measured: `\d{4}\.\d{5}` on every entry). */
const ARXIV_ID = /^\d{4}\.\d{4,5}$/;
const VIDEO = /\.(?:mp4|webm|qt|mov|m4v)(?:[?#]|$)/i;
const SLUG = /^\w[\w.-]{0,200}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]{5,15}(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export const cleanId: Cleaner<string | null> = (value) =>
  typeof value === "string" && ARXIV_ID.test(value) ? value : INVALID;

/** Returns a cleaner that accepts up to `most` characters and makes the text readable. */
export function textUpTo(most: number): Cleaner<string | null> {
  return (value) => (isTextUpTo(most, value) ? readable(value) || null : INVALID);
}

function isTextUpTo(most: number, value: unknown): value is string {
  return typeof value === "string" && value.length <= most;
}

/** Cleans a name or a keyword, which may be blank. */
function cleanName(value: unknown): string | typeof INVALID {
  return isTextUpTo(LIMITS.name, value) ? plain(value) : INVALID;
}

export const cleanCount: Cleaner<number | null> = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LIMITS.count ? Number(value) : INVALID;

/** Accepts an ISO 8601 instant or day, and returns it unchanged. */
export const cleanInstant: Cleaner<string | null> = (value) =>
  typeof value === "string" && INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? value : INVALID;

/** Returns the day of an instant. */
export const cleanDay: Cleaner<string | null> = (value, site) => {
  const instant = cleanInstant(value, site);
  return typeof instant === "string" ? instant.slice(0, 10) : instant;
};

export const cleanUrl: Cleaner<string | null> = (value, site) =>
  typeof value === "string" ? checkUrl(value, site) : INVALID;

/** Returns the URL of an image, and null for a video. Until June 2024 one key (`mediaUrl`) had either of them. */
export const cleanImage: Cleaner<string | null> = (value, site) => {
  const url = cleanUrl(value, site);
  return typeof url === "string" && VIDEO.test(url) ? null : url;
};

/** Returns the URLs of images and videos. A single URL, as on pages before June 2024, counts only if it is a video. */
export const cleanMedia: Cleaner<readonly string[]> = (value, site) => {
  if (typeof value === "string") return VIDEO.test(value) ? cleanMedia([value], site) : [];
  const urls = listOf(value, LIMITS.media, (item) => cleanUrl(item, site));
  return urls === INVALID ? INVALID : urls.filter((url) => url !== null);
};

/** Returns every keyword, including blank ones (seen on 2026-07-02). */
export const cleanKeywords: Cleaner<readonly string[]> = (value) => listOf(value, LIMITS.keywords, cleanName);

/**
 * Returns every author in order, including hidden ones. A blank name makes the list INVALID, so that no author is dropped
 * silently.
 */
export const cleanAuthors: Cleaner<readonly Author[]> = (value) =>
  listOf(value, LIMITS.authors, (item) => {
    const name = cleanName(valueAt(item, "name"));
    return name === INVALID || name === "" ? INVALID : { name };
  });

/** Returns the full name of an organization, or its short name if it has none, with the URL of its page. */
export const cleanOrganization: Cleaner<Organization | null> = (value, site) => {
  if (!isObject(value)) return INVALID;
  const slug = valueAt(value, "name");
  const name = nameIn(value, ["fullname", "name"]);
  if (name === null || name === INVALID) return name;
  return { name, url: typeof slug === "string" && SLUG.test(slug) ? `${baseOf(site)}/${slug}` : null };
};

/**
 * Returns the full name and the user name. The key of the user name is `name` on entries and `user` on papers (docs/pages.md).
 */
export const cleanSubmitter: Cleaner<Submitter | null> = (value) => {
  if (!isObject(value)) return INVALID;
  const name = nameIn(value, ["fullname"]);
  const username = nameIn(value, ["name", "user"]);
  if (name === INVALID || username === INVALID) return INVALID;
  return name === null && username === null ? null : { name, username };
};

/** Returns the first name that is not blank; null if all are. */
function nameIn(value: unknown, keys: readonly string[]): string | null | typeof INVALID {
  for (const key of keys) {
    const name = cleanName(valueAt(value, key) ?? "");
    if (name !== "") return name;
  }
  return null;
}

function listOf<Item>(
  value: unknown,
  most: number,
  clean: (item: unknown) => Item | typeof INVALID,
): readonly Item[] | typeof INVALID {
  if (!Array.isArray(value) || value.length > most) return INVALID;
  const items: Item[] = [];
  for (const item of value) {
    const cleaned = clean(item);
    if (cleaned === INVALID) return INVALID;
    items.push(cleaned);
  }
  return items;
}
