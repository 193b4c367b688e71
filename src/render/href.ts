/** Longer addresses are no use to a reader, and would eat the size budget. */
const LONGEST = 1_000;

/** What most addresses consist of; patterns with properties of Unicode are slow to make. */
const PLAIN = /^https?:\/\/[!#-;=?-[\]-_a-~]+$/i;

/** An address that may stand in a link: http or https, parsable, without blanks or controls; null for anything else. */
export function href(url: string | null | undefined): string | null {
  if (!url || url.length > LONGEST) return null;
  if (!PLAIN.test(url) && !/^https?:\/\/[^\s\p{C}"<>`\\]+$/iu.test(url)) return null;
  return URL.canParse(url) ? url : null;
}

/** The same for pictures, which must be https: many clients block or warn about the rest. */
export function pictureHref(url: string | null | undefined): string | null {
  const safe = href(url);
  return safe?.toLowerCase().startsWith("https://") ? safe : null;
}
