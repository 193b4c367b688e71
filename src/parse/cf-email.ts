/**
 * Restores text that Cloudflare replaced by `[email protected]` ("Email Address Obfuscation"). It also replaces text that only looks
 * like an address, such as `ASR@0.5`. The original is in a hex string next to it: the first byte is a key, every other byte is the
 * original XOR the key.
 */

/** Longer hex cannot be an address (RFC 5321 section 4.5.3.1 allows 254 characters). */
const HEX = /^(?:[0-9a-f]{2}){2,512}$/i;
// oxlint-disable-next-line no-control-regex -- matches control characters on purpose
const UNFIT = /[\u0000-\u001f\u007f-\u009f\ufffd<>]/;
const PLACEHOLDER = String.raw`\[email(?:\s|&#160;|&nbsp;)protected\]`;

/** A masked address as markup within a text: one element that contains only the placeholder. */
const MASKED = new RegExp(String.raw`<(a|span)\s([^<>]{1,2000})>${PLACEHOLDER}</\1>`, "gi");
const HEX_IN_MARKUP = [/data-cfemail\s*=\s*["']?([0-9a-f]+)/i, /\/cdn-cgi\/l\/email-protection#([0-9a-f]+)/i];

/** A link around a masked address, after the address was restored. */
const LINK = /<a\s[^<>]{0,1000}\/cdn-cgi\/l\/email-protection#([0-9a-f]{4,1024})[^<>]{0,1000}>([^<>]{1,512})<\/a>/gi;
const BARE = new RegExp(String.raw`${PLACEHOLDER}\(\/cdn-cgi\/l\/email-protection#([0-9a-f]{4,1024})\)`, "gi");

/** Decodes the hex of a masked address. Returns null if it is malformed, or if the result has no `@` or is not printable. */
export function decodeCfEmail(hex: string): string | null {
  if (!HEX.test(hex)) return null;
  const [key = 0, ...bytes] = Buffer.from(hex, "hex");
  const text = Buffer.from(bytes.map((byte) => byte ^ key)).toString("utf8");
  return text.includes("@") && !UNFIT.test(text) ? text : null;
}

/** Whether a text is exactly the placeholder. */
export function isPlaceholder(text: string): boolean {
  return new RegExp(`^${PLACEHOLDER}$`, "i").test(text.trim());
}

/** Restores the masked addresses in a text. A placeholder without hex is kept. */
export function restoreCfEmails(text: string): string {
  if (!/\[email|\/cdn-cgi\//i.test(text)) return text;
  return text
    .replace(MASKED, (whole, _tag, attributes: string) => decodeFirst(attributes) ?? whole)
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
