import { LIMITS } from "./limits.js";
import { isUrl } from "../core/url.js";

/** White space, quotes, brackets, backslashes and invisible characters. In a valid URL they are percent-encoded (RFC 3986). */
const UNFIT = /[\s"<>\\^`{|}\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Checks a URL from a page and returns it trimmed but otherwise unchanged. A path that starts with a slash is resolved against the
 * origin of the site.
 * @returns null unless it is an absolute http(s) URL without credentials.
 */
export function checkUrl(text: string, site: string): string | null {
  const trimmed = text.trim();
  const url = absolute(trimmed, site);
  if (url.length > LIMITS.url || UNFIT.test(url) || !/^https?:\/\/[^/]/i.test(url) || !isUrl(url)) return null;
  const { username, password, hostname } = new URL(url);
  return username === "" && password === "" && hostname !== "" ? url : null;
}

/** Returns the address of the site without trailing slashes, for appending paths. */
export function baseOf(site: string): string {
  return site.replace(/\/+$/, "");
}

function absolute(text: string, site: string): string {
  if (!text.startsWith("/")) return text;
  if (!isUrl(site)) return "";
  const { origin, protocol } = new URL(site);
  return text.startsWith("//") ? `${protocol}${text}` : `${origin}${text}`;
}
