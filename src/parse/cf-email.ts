/**
 * Addresses that a proxy (Cloudflare, "Email Address Obfuscation") masked as `[email protected]`. It also takes text that
 * only looks like an address, such as `ASR@0.5`. The hex beside it holds the text: its first byte is a key, every other
 * byte was combined with the key by exclusive or.
 */

/** Longer hex belongs to no address (RFC 5321 section 4.5.3.1 allows 254 characters). */
const HEX = /^(?:[0-9a-f]{2}){2,512}$/i;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNFIT = /[\u0000-\u001f\u007f-\u009f\ufffd<>]/;
const WORD = String.raw`\[email(?:\s|&#160;|&nbsp;)protected\]`;

/** Where the mask stands as markup inside a text: one element with the placeholder as its whole content. */
const MASK = new RegExp(String.raw`<(a|span)\s([^<>]{1,2000})>${WORD}</\1>`, "gi");
const HEX_IN_MARKUP = [/data-cfemail\s*=\s*["']?([0-9a-f]+)/i, /\/cdn-cgi\/l\/email-protection#([0-9a-f]+)/i];

/** What is left of a link around a mask once the mask is gone: its address, and the restored text. */
const LINK = /<a\s[^<>]{0,1000}\/cdn-cgi\/l\/email-protection#([0-9a-f]{4,1024})[^<>]{0,1000}>([^<>]{1,512})<\/a>/gi;
const BARE = new RegExp(String.raw`${WORD}\(\/cdn-cgi\/l\/email-protection#([0-9a-f]{4,1024})\)`, "gi");

/** The text behind the hex of a mask; null when the hex is none or hides no readable text with an `@`. */
export function decodeCfEmail(hex: string): string | null {
  if (!HEX.test(hex)) return null;
  const [key = 0, ...bytes] = Buffer.from(hex, "hex");
  const text = Buffer.from(bytes.map((byte) => byte ^ key)).toString("utf8");
  return text.includes("@") && !UNFIT.test(text) ? text : null;
}

/** Whether a text is the placeholder alone. */
export function isPlaceholder(text: string): boolean {
  return new RegExp(`^${WORD}$`, "i").test(text.trim());
}

/** A text with its masks undone, where the hex is there; without it the text stays as it is, never guessed. */
export function restoreCfEmails(text: string): string {
  if (!/\[email|\/cdn-cgi\//i.test(text)) return text;
  return text
    .replace(MASK, (whole, _tag, attributes: string) => decodeFirst(attributes) ?? whole)
    .replace(LINK, (whole, hex: string, content: string) => (decodeCfEmail(hex) === content ? content : whole))
    .replace(BARE, (whole, hex: string) => decodeCfEmail(hex) ?? whole);
}

function decodeFirst(attributes: string): string | null {
  for (const pattern of HEX_IN_MARKUP) {
    const text = decodeCfEmail(pattern.exec(attributes)?.[1] ?? "");
    if (text !== null) return text;
  }
  return null;
}
