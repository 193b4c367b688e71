import * as z from "zod";
import { distinctInterests, interestOf, MOST_INTERESTS } from "../core/interests.js";
import { canonicalTag } from "../core/text.js";
import { isLoopback } from "../core/url.js";
import { ABSTRACTS, MOST_REVISIT, ORDERS, splitTopics } from "../core/model.js";

/** Returns the error message for an invalid value. */
export const expected = (what: string) => ({ error: `expected ${what}` });

/**
 * The secret part of a setting: `value`, all of it; `url`, everything after the host of a URL; `userinfo`, the password in a
 * URL.
 */
export type Secrecy = "value" | "url" | "userinfo";

const SECRECY = new WeakMap<z.core.$ZodType, Secrecy>();

/** Returns a copy of a schema, marked as secret. */
export function secret<T extends z.ZodType>(schema: T, secrecy: Secrecy): T {
  const copy = schema.clone();
  SECRECY.set(copy, secrecy);
  return copy;
}

/** Returns the secret part that a schema is marked with, if any. */
export function secrecyIn(schema: z.core.$ZodType): Secrecy | undefined {
  return SECRECY.get(schema);
}

/** One of several words. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, expected(`one of ${values.join(", ")}`));
export const flag = z.boolean(expected("true or false"));
/** An integer within bounds. */
export const whole = (least: number, most?: number) => {
  const what = expected(`a whole number${most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`}`);
  return z
    .int(what)
    .min(least, what)
    .max(most ?? Number.MAX_SAFE_INTEGER, what);
};

/** An http(s) URL; trailing slashes are removed. */
export const httpUrl = z
  .url({ protocol: /^https?$/, ...expected("an http(s) URL") })
  .transform((url) => url.replace(/\/+$/, ""));
/** An http(s) URL that is published: a user or password in it would reach every letter. */
export const publishedUrl = httpUrl.refine(hasNoLogin, "expected an http(s) URL without a user or password");

const NOT_ENCRYPTED =
  "expected an https:// URL, since mail programs unsubscribe over no other; http:// is allowed for localhost and 127.0.0.1, to try the site";

/** The URL of the public site, as ASCII, since header fields contain it (RFC 2369, RFC 8058 section 3.1). */
export const siteUrl = publishedUrl
  .transform((text) => new URL(text).href.replaceAll(",", "%2C").replace(/\/+$/, ""))
  .refine((text) => text.startsWith("https:") || isLoopback(new URL(text).hostname), NOT_ENCRYPTED)
  .refine((text) => !/[?#]/.test(text), "expected a URL without ? and #");

function hasNoLogin(url: string): boolean {
  const { username, password } = new URL(url);
  return username + password === "";
}

/** Text on one line without control characters, for mail headers (RFC 5322 section 2.2). */
export const line = plain("text on one line, without control characters", /^[^\p{Cc}\u2028\u2029]+$/u);
/** Text with one or more lines, for the letter's body. */
export const paragraph = plain("text without control characters", /^(?:[^\p{Cc}]|\n)+$/u);

function plain(what: string, shape: RegExp) {
  return z.string(expected(what)).trim().regex(shape, `expected ${what}`);
}

/** A list of texts. A single text is accepted as a list with one item. */
export const list = (what: string) =>
  z.preprocess(
    (value) => (typeof value === "string" ? [value] : value),
    z.array(plain(what, /^[^\p{Cc}]+$/u), expected(`a list: ${what} each`)).readonly(),
  );
const phrases = list("a word or phrase");
/** Phrases, which commas can also separate. Names are not split: `Müller, Zoë` is one author. */
const topics = phrases.transform((texts) => texts.flatMap((text) => splitTopics(text)));

/** A well-formed language tag (BCP 47) such as `de` or `pt-BR`. The renderer decides which languages it supports. */
export const language = z
  .string(expected("a language tag such as de or pt-BR"))
  .refine((text) => canonicalTag(text) !== null, "expected a language tag such as de or pt-BR");

/** A source that a view can follow. Spaces and the case of its first word do not matter. */
const FOLLOWED = "expected search:WORDS, trending or days";
const followed = z
  .string(FOLLOWED)
  .transform((text) => {
    const [, word = "", rest = ""] = /^(search:|trending$|days$)?(.*)$/isu.exec(text.trim()) ?? [];
    return word.toLowerCase() + rest.replaceAll(/\s+/g, " ").trim();
  })
  .refine((text) => /^(?:trending|days|search:(?=.*[\p{L}\p{N}])[^\p{Cc}\p{Cs}]{1,250})$/u.test(text), FOLLOWED);

/** What a reader likes (src/core/interests.ts). YAML reads an id without quotes as a number, without its last zeros. */
const interests = z
  .preprocess(
    (value) => [value].flat().map((entry: unknown) => (typeof entry === "number" ? entry.toFixed(5) : entry)),
    list("an arXiv id, an address, a file or words"),
  )
  .transform((entries) => distinctInterests(entries.map(interestOf)))
  .refine((entries) => entries.length <= MOST_INTERESTS, `expected at most ${MOST_INTERESTS} entries`);

/** A group of settings. Unknown keys are errors. */
export const group = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, expected("a group of settings"));

/** The settings of a view, which decide what a letter contains. */
export const viewSettings = group({
  include: topics.optional(),
  exclude: topics.optional(),
  authors: phrases.optional(),
  organizations: phrases.optional(),
  minUpvotes: whole(0).optional(),
  withCode: flag.optional(),
  limit: whole(1, 500).optional(),
  order: oneOf(ORDERS).optional(),
  abstracts: oneOf(ABSTRACTS).optional(),
  fullUpTo: whole(0).optional(),
  leading: whole(0).optional(),
  pictures: flag.optional(),
  language: language.optional(),
  revisit: whole(0, MOST_REVISIT).optional(),
  source: followed.optional(),
  since: whole(1, 3650).optional(),
  interests: interests.optional(),
  minCloseness: whole(0, 100).optional(),
});
