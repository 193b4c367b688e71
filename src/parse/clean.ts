import type { Author, Organization, Submitter } from "../core/model.js";
import { isObject, valueAt } from "./json.js";
import { LIMITS } from "./limits.js";
import { plain, readable } from "./text.js";
import { baseOf, checkUrl } from "./urls.js";

/** The result of a cleaner for a value of the wrong type or over its size limit. */
export const WRONG = Symbol("wrong");

/**
 * Converts a value of the page to a field of a paper. An empty text or an invalid link becomes the empty value; a value of the
 * wrong type becomes WRONG. Never called with `undefined` or `null`.
 */
export type Cleaner<Value> = (value: unknown, site: string) => Value | typeof WRONG;

/** arXiv ids since April 2007, without a version (https://info.arxiv.org/help/arxiv_identifier.html; measured: `\d{4}\.\d{5}` on every entry). */
const ARXIV_ID = /^\d{4}\.\d{4,5}$/;
const VIDEO = /\.(?:mp4|webm|qt|mov|m4v)(?:[?#]|$)/i;
const SLUG = /^\w[\w.-]{0,200}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]{5,15}(?:Z|[+-]\d{2}:?\d{2})?)?$/;

export const cleanId: Cleaner<string | null> = (value) =>
  typeof value === "string" && ARXIV_ID.test(value) ? value : WRONG;

/** Returns a cleaner for text of at most `most` characters, made readable. */
export function textUpTo(most: number): Cleaner<string | null> {
  return (value) => (isTextUpTo(most, value) ? readable(value) || null : WRONG);
}

function isTextUpTo(most: number, value: unknown): value is string {
  return typeof value === "string" && value.length <= most;
}

/** Cleans a name or a keyword, which may be blank. */
function cleanName(value: unknown): string | typeof WRONG {
  return isTextUpTo(LIMITS.name, value) ? plain(value) : WRONG;
}

export const cleanCount: Cleaner<number | null> = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LIMITS.count ? Number(value) : WRONG;

/** Accepts an instant and keeps its text. */
export const cleanInstant: Cleaner<string | null> = (value) =>
  typeof value === "string" && INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? value : WRONG;

/** Keeps the day of an instant. */
export const cleanDay: Cleaner<string | null> = (value, site) => {
  const instant = cleanInstant(value, site);
  return typeof instant === "string" ? instant.slice(0, 10) : instant;
};

export const cleanUrl: Cleaner<string | null> = (value, site) =>
  typeof value === "string" ? checkUrl(value, site) : WRONG;

/** Keeps the URL of an image. Until June 2024 one key held an image or a video (`mediaUrl`). */
export const cleanImage: Cleaner<string | null> = (value, site) => {
  const url = cleanUrl(value, site);
  return typeof url === "string" && VIDEO.test(url) ? null : url;
};

/** Keeps URLs of images and videos. The single URL of pages before June 2024 counts only when it is a video. */
export const cleanMedia: Cleaner<readonly string[]> = (value, site) => {
  if (typeof value === "string") return VIDEO.test(value) ? cleanMedia([value], site) : [];
  const urls = listOf(value, LIMITS.media, (item) => cleanUrl(item, site));
  return urls === WRONG ? WRONG : urls.filter((url) => url !== null);
};

/** Keeps every keyword, blank ones included (seen on 2026-07-02). */
export const cleanKeywords: Cleaner<readonly string[]> = (value) => listOf(value, LIMITS.keywords, cleanName);

/** Keeps every author in order, hidden ones included. A blank name makes the list WRONG, so that no author is dropped silently. */
export const cleanAuthors: Cleaner<readonly Author[]> = (value) =>
  listOf(value, LIMITS.authors, (item) => {
    const name = cleanName(valueAt(item, "name"));
    return name === WRONG || name === "" ? WRONG : { name };
  });

/** Keeps the full name, or else the short one, and the page of the organization. */
export const cleanOrganization: Cleaner<Organization | null> = (value, site) => {
  if (!isObject(value)) return WRONG;
  const slug = valueAt(value, "name");
  const name = nameIn(value, ["fullname", "name"]);
  if (name === null || name === WRONG) return name;
  return { name, url: typeof slug === "string" && SLUG.test(slug) ? `${baseOf(site)}/${slug}` : null };
};

/** Keeps both names. The user name is `name` on entries and `user` on papers (docs/pages.md). */
export const cleanSubmitter: Cleaner<Submitter | null> = (value) => {
  if (!isObject(value)) return WRONG;
  const name = nameIn(value, ["fullname"]);
  const username = nameIn(value, ["name", "user"]);
  if (name === WRONG || username === WRONG) return WRONG;
  return name === null && username === null ? null : { name, username };
};

/** Returns the first name that is not blank; null without one. */
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
