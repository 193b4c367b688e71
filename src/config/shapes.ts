import * as z from "zod";
import { ABSTRACTS, MOST_REVISIT, ORDERS } from "../core/model.js";

/** What a complaint says that was wanted. */
export const expected = (what: string) => ({ error: `expected ${what}` });

/**
 * What is secret about a setting: `value`, all of it; `url`, everything in a URL after its host; `userinfo`, the password in a
 * URL.
 */
export type Secrecy = "value" | "url" | "userinfo";

const SECRECY = new WeakMap<z.core.$ZodType, Secrecy>();

/** Returns a copy of a schema that is declared secret. */
export function secret<T extends z.ZodType>(schema: T, secrecy: Secrecy): T {
  const copy = schema.clone() as unknown as T;
  SECRECY.set(copy, secrecy);
  return copy;
}

/** Returns what is secret about a setting of this schema, or undefined. */
export function secrecyIn(schema: z.core.$ZodType): Secrecy | undefined {
  return SECRECY.get(schema);
}

/** One word of several. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, expected(`one of ${values.join(", ")}`));
/** Yes or no. */
export const flag = z.boolean(expected("true or false"));
/** A whole number within bounds. */
export const whole = (least: number, most?: number) => {
  const what = expected(`a whole number${most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`}`);
  return z
    .int(what)
    .min(least, what)
    .max(most ?? Number.MAX_SAFE_INTEGER, what);
};

/** An http(s) address, without slashes at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, ...expected("an http(s) address") })
  .transform((url) => url.replace(/\/+$/, ""));
/** Text on one line, without control characters: it reaches mail headers (RFC 5322 section 2.2). */
export const line = plain("text on one line, without control characters", /^[^\p{Cc}\u2028\u2029]+$/u);
/** Text that may have several lines: it reaches the letter's body alone. */
export const paragraph = plain("text without control characters", /^(?:[^\p{Cc}]|\n)+$/u);

function plain(what: string, shape: RegExp) {
  return z.string(expected(what)).trim().regex(shape, `expected ${what}`);
}

/** A list; one text stands for a list of one. */
export const list = (what: string) =>
  z.preprocess(
    (value) => (typeof value === "string" ? [value] : value),
    z.array(plain(what, /^[^\p{Cc}]+$/u), expected(`a list: ${what} each`)).readonly(),
  );
const phrases = list("a word or phrase");

/** A language by the form of its tag (BCP 47), such as `de` or `pt-BR`; whether there are words for it, the renderer knows. */
const language = z
  .string(expected("a language tag such as de or pt-BR"))
  .refine(isLanguageTag, "expected a language tag such as de or pt-BR");

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

/** Settings of its own; an unknown one is a mistake. */
export const group = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, expected("settings of its own"));

/** A view's settings: what a letter contains. */
export const viewSettings = group({
  include: phrases.optional(),
  exclude: phrases.optional(),
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
});
