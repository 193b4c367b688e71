import { escapeHtml } from "./escape.js";

/** The replacement of a secret. */
export const MASK = "***";

/** Masks the secrets of an installation in everything that is printed, recorded or mailed to the operator. */
export interface Masker {
  /** Adds secrets as plain text. Ignores those of fewer than six characters, which also occur in ordinary text. */
  learn(secrets: readonly string[]): void;
  /** Masks the secrets and the userinfo of every URL in a message. */
  message(text: string): string;
  /** Masks the secrets in output such as a letter, whose URLs must not change. */
  output(text: string): string;
  /** Masks every string in a JSON value as a message. */
  value<T>(value: T): T;
}

const MIN_LENGTH = 6;

/** Creates a masker without secrets. */
export function createMasker(): Masker {
  const known = new Set<string>();
  let longestFirst: readonly string[] = [];
  const output = (text: string): string => longestFirst.reduce((masked, one) => masked.replaceAll(one, MASK), text);
  const message = (text: string): string => withoutLogins(output(text));
  return {
    learn: (secrets) => {
      for (const secret of secrets)
        if (secret.length >= MIN_LENGTH) for (const one of encodingsOf(secret)) known.add(one);
      longestFirst = [...known].toSorted((a, b) => b.length - a.length);
    },
    message,
    output,
    value: (value) => mapStrings(value, message) as typeof value,
  };
}

/** The userinfo of a URL (RFC 3986, section 3.2.1), up to the last `@`. The bound on the scheme keeps the time linear. */
const LOGIN = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]*@/gi;

/** Masks the user and password of every URL in a text. A user with a masked password stays: `smtp://me:***@mail.example`. */
export function withoutLogins(text: string): string {
  return text.replaceAll(LOGIN, (url, scheme: string) => (url.endsWith(`:${MASK}@`) ? url : `${scheme}${MASK}@`));
}

/** Returns a secret as plain text and as encoded in URLs, JSON, HTML and SMTP AUTH commands (base64, RFC 4954). */
export function encodingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  // A lone surrogate has no encoding in URLs.
  const url = /\p{Cs}/u.test(secret) ? [] : [encodeURIComponent(secret)];
  return [secret, ...url, json, escapeHtml(secret), Buffer.from(secret).toString("base64")];
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapStrings(inner, map)]));
}
