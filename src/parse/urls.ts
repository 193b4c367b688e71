import { LIMITS } from "./limits.js";

/** Blanks, quotes, brackets, backslashes and anything invisible: none of them stands raw in an honest address. */
const UNFIT = /[\s"<>\\^`{|}\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * An address from a page, checked but never re-serialised: what the page wrote, without blanks around it. One that
 * begins with a slash is completed with the site's origin.
 * @returns null for anything but a whole http(s) address without credentials.
 */
export function checkUrl(text: string, site: string): string | null {
  const trimmed = text.trim();
  const url = absolute(trimmed, site);
  if (url.length > LIMITS.url || UNFIT.test(url) || !/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) return null;
  const { username, password, hostname } = new URL(url);
  return username === "" && password === "" && hostname !== "" ? url : null;
}

/** The site's address without a slash at its end, to which paths are added. */
export function baseOf(site: string): string {
  return site.replace(/\/+$/, "");
}

function absolute(text: string, site: string): string {
  if (!text.startsWith("/")) return text;
  if (!URL.canParse(site)) return "";
  const { origin, protocol } = new URL(site);
  return text.startsWith("//") ? `${protocol}${text}` : `${origin}${text}`;
}
