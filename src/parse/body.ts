import type { Page } from "../core/model.js";

/** Whether a page is an answer of the API. */
export function isJson({ mediaType, body }: Page): boolean {
  return Boolean(mediaType?.endsWith("json")) || /^[\ufeff\s]*[[{]/.test(body.slice(0, 1_000));
}

/** Whether a page came to its end; one that was cut off has lost cards. */
export function isWhole(body: string): boolean {
  return /<\/html\s*>/i.test(body.slice(-2_000));
}
