import type { Check, Checked, Finding } from "./check.js";
import { elements, select, pathOf, styleOf } from "./elements.js";
import { pixels } from "./css.js";
import { once } from "../../core/memoize.js";
import { maskAddress } from "../../core/address.js";
import { isUrl } from "../../core/url.js";

/**
 * Matches the `@` and the domain of common addresses (RFC 5321), with the local part as its group. The domain must end in letters, so
 * that `pass@1.5` does not match. A search for the few `@` of a letter is much faster than one for local parts.
 */
const ADDRESS = /(?<=(?<local>[\w.!#$%&'*+/=?^`{|}~-]{1,64}))@(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}/giu;

/** Query parameters that identify a campaign, a click or a reader. */
const TRACKING_PARAMETER =
  /^(?:utm_\w+|mc_[ce]id|fbclid|gclid|_hs(?:enc|mi)|mkt_tok|vero_id|ck_subscriber_id|uid|user_?id|subscriber(?:_?id)?|recipient|e?mail|rid)$/i;

/** Hosts that count clicks and redirect, by their name or their first label. */
const REDIRECTOR =
  /^(?:click|clicks|track|tracking|trk|links?|redirect|email|r\d*|go)\.|(?:^|\.)(?:list-manage\.com|sendgrid\.net|mailchi\.mp|mandrillapp\.com|mailgun\.org|sparkpostmail\.com|rs6\.net|hubspotlinks\.com|bit\.ly|t\.co|tinyurl\.com|goo\.gl|ow\.ly|is\.gd|lnkd\.in)$/i;

/** Checks whether the letter reveals anything about its readers. */
export const PRIVACY_CHECKS: readonly Check[] = [
  {
    id: "leaked-address",
    severity: "error",
    requires: "the letter contains no mail address but the sender's, and never a reader's",
    fix: "Remove the address from the template or the branding: all readers get the same letter.",
    run: (checked) => [...checkReaders(checked), ...checkAddresses(checked)],
  },
  {
    id: "tracking",
    severity: "error",
    requires: "the letter has no tracking pixel, and no link redirects or contains an identifier",
    fix: "Link to the page itself, without tracking parameters. Addresses of papers always pass.",
    run: (checked) => [...checkPixels(checked), ...checkTrackers(checked)],
  },
];

/**
 * Finds readers' addresses in plain text, percent-encoded or in base64. Allows addresses in papers and those of the sender,
 * because the operator is often a reader too.
 */
function checkReaders({ letter, options, paperText }: Checked): Finding[] {
  if (options.readers.length === 0) return [];
  const own = decoded(paperText);
  const allowed = new Set(options.allowedAddresses.map((address) => address.toLowerCase()));
  const parts = partsOf(letter);
  return options.readers
    .map((reader) => reader.toLowerCase())
    .filter((reader) => !allowed.has(reader) && !wholeAddress(reader).test(own))
    .flatMap((reader) => {
      const [plain, base64] = [wholeAddress(reader), wholeBase64(reader)];
      return parts
        .map(({ where, text }) => ({ where, text: decoded(text) }))
        .filter(({ text }) => plain.test(text) || base64.test(text))
        .map(({ where }) => ({ message: "the letter contains a reader's address", where }));
    });
}

/** Matches an address that is not part of a longer one: `a@b.co` matches neither `data@b.com` nor `x.a@b.co.uk`. */
function wholeAddress(address: string): RegExp {
  const before = String.raw`(?<![\p{L}\p{N}])(?<![\p{L}\p{N}][.+_-])`;
  const after = String.raw`(?![\p{L}\p{N}])(?![.-][\p{L}\p{N}])`;
  return new RegExp(before + escapeRegExp(address) + after, "u");
}

/** Matches base64 in lower case, as all texts are here. This may match too much, but never too little. */
function wholeBase64(address: string): RegExp {
  const base64 = Buffer.from(address).toString("base64").replaceAll("=", "").toLowerCase();
  return new RegExp(`(?<![a-z0-9+])${escapeRegExp(base64)}(?![a-z0-9+])`, "u");
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** Decodes percent escapes and converts the text to lower case. Invalid escapes are unchanged. */
function decoded(text: string): string {
  const plain = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
  return plain.toLowerCase();
}

function checkAddresses({ letter, options, paperText }: Checked): Finding[] {
  const own = once(() => paperText.replaceAll("%40", "@").toLowerCase());
  const known = new Set([...options.allowedAddresses, ...options.readers].map((address) => address.toLowerCase()));
  return partsOf(letter).flatMap(({ text, where }) =>
    [...text.replaceAll("%40", "@").matchAll(ADDRESS)]
      .map(({ 0: domain, groups }) => `${groups?.["local"]}${domain}`.replace(/^[^\p{L}\p{N}]+/u, ""))
      .filter((address) => !known.has(address) && !own().includes(address))
      .map((address) => ({ message: `contains a mail address that is not allowed: ${maskAddress(address)}`, where })),
  );
}

/** Returns the parts of a letter in lower case, with comments and attributes. */
function partsOf({ subject, preheader, html, text }: Checked["letter"]) {
  return Object.entries({ subject, preheader, html, text }).map(([where, part]) => ({
    where,
    text: part.toLowerCase(),
  }));
}

function checkPixels({ $ }: Checked): Finding[] {
  return elements($)
    .filter(({ name }) => name === "img")
    .filter((element) =>
      ["width", "height"].some((side) => {
        const size = pixels(styleOf(element, side)) ?? pixels(element.attribs[side]);
        return size !== null && size <= 1;
      }),
    )
    .map((element) => ({
      message: "the picture is too small to be seen: a tracking pixel",
      where: pathOf($, element),
    }));
}

function checkTrackers({ $, paperUrls, digest }: Checked): Finding[] {
  return select($, "a[href], img[src]")
    .map((element) => ({ element, url: element.attribs["href"] ?? element.attribs["src"] ?? "" }))
    .filter(({ url }) => isUrl(url) && !paperUrls.has(url) && url !== digest.edition.url)
    .flatMap(({ element, url }) => {
      const { hostname, searchParams } = new URL(url);
      const names = [...searchParams.keys()].filter((name) => TRACKING_PARAMETER.test(name));
      return [
        ...names.map((name) => `the address has a tracking parameter: ${name}=`),
        ...(REDIRECTOR.test(hostname) ? [`the address redirects: ${hostname}`] : []),
      ].map((message) => ({ message, where: pathOf($, element) }));
    });
}
