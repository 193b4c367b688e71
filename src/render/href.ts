import { isUrl } from "../core/url.js";

/** Longer addresses, in characters, would use up the size budget. */
const MAX_LENGTHS = 1_000;

/** Matches most addresses; patterns with Unicode properties are slow to compile. */
const PLAIN = /^https?:\/\/[!#-;=?-[\]-_a-~]+$/i;

/** Returns an address if it is safe in a link: valid http(s) without spaces or control characters. Otherwise returns null. */
export function href(url: string | null | undefined): string | null {
  if (!url || url.length > MAX_LENGTHS) return null;
  if (!PLAIN.test(url) && !/^https?:\/\/[^\s\p{C}"<>`\\]+$/iu.test(url)) return null;
  return isUrl(url) ? url : null;
}

/** Like `href`, for pictures: https only, since many clients block http. */
export function pictureHref(url: string | null | undefined): string | null {
  const safe = href(url);
  return safe?.toLowerCase().startsWith("https://") ? safe : null;
}
