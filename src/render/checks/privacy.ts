import type { Check, Checked, Finding } from "./check.js";
import { elements, select, pathOf, styleOf } from "./elements.js";
import { pixels } from "./css.js";

/** RFC 5321 addresses as people write them; the domain ends in letters, so that `pass@1.5` is none. */
const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}/giu;

/** Parameters that tell a campaign, a click or a reader. */
const TELLTALE =
  /^(?:utm_\w+|mc_[ce]id|fbclid|gclid|_hs(?:enc|mi)|mkt_tok|vero_id|ck_subscriber_id|uid|user_?id|subscriber(?:_?id)?|recipient|e?mail|rid)$/i;

/** Hosts that count clicks and pass them on, and the first labels that such hosts bear. */
const REDIRECTOR =
  /^(?:click|clicks|track|tracking|trk|links?|redirect|email|r\d*|go)\.|(?:^|\.)(?:list-manage\.com|sendgrid\.net|mailchi\.mp|mandrillapp\.com|mailgun\.org|sparkpostmail\.com|rs6\.net|hubspotlinks\.com|bit\.ly|t\.co|tinyurl\.com|goo\.gl|ow\.ly|is\.gd|lnkd\.in)$/i;

/** What a letter tells about those who read it. */
export const PRIVACY_CHECKS: readonly Check[] = [
  {
    id: "leaked-address",
    severity: "error",
    looksAt: "no mail address but the sender's stands in it, and never a reader's",
    mend: "Take the address out of the template or the look; a letter is the same for all of its readers.",
    run: (checked) => [...lookAtReaders(checked), ...lookAtStrangers(checked)],
  },
  {
    id: "tracking",
    severity: "error",
    looksAt: "no pixel, no redirect and no identifier in any link",
    mend: "Link to the page itself, without counters; a paper's own address passes as the page has it.",
    run: (checked) => [...lookAtPixels(checked), ...lookAtTrackers(checked)],
  },
];

/**
 * A reader's address, plain or in the disguises of links. One that a paper published itself is no leak, nor is the sender's:
 * who runs the letter often reads it too.
 */
function lookAtReaders({ letter, options, paperText }: Checked): Finding[] {
  const own = unescaped(paperText);
  const allowed = new Set(options.allowedAddresses.map((address) => address.toLowerCase()));
  const parts = partsOf(letter);
  return options.readers
    .map((reader) => reader.toLowerCase())
    .filter((reader) => !allowed.has(reader) && !wholeAddress(reader).test(own))
    .flatMap((reader) => {
      const [plain, base64] = [wholeAddress(reader), wholeBase64(reader)];
      return parts
        .map(({ where, text }) => ({ where, text: unescaped(text) }))
        .filter(({ text }) => plain.test(text) || base64.test(text))
        .map(({ where }) => ({ message: "a reader's address stands in it", where }));
    });
}

/** Finds an address, but not as a part of a longer one: `a@b.co` does not stand in `data@b.com`, nor in `x.a@b.co.uk`. */
function wholeAddress(address: string): RegExp {
  const before = String.raw`(?<![\p{L}\p{N}])(?<![\p{L}\p{N}][.+_-])`;
  const after = String.raw`(?![\p{L}\p{N}])(?![.-][\p{L}\p{N}])`;
  return new RegExp(before + literally(address) + after, "u");
}

/** Base64 is compared in lower case, as everything is here: that can only find too much. */
function wholeBase64(address: string): RegExp {
  const base64 = Buffer.from(address).toString("base64").replaceAll("=", "").toLowerCase();
  return new RegExp(`(?<![a-z0-9+])${literally(base64)}(?![a-z0-9+])`, "u");
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** In lower case, with percent escapes as the letters that they stand for; what is no such escape stays. */
function unescaped(text: string): string {
  const plain = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
  return plain.toLowerCase();
}

function lookAtStrangers({ letter, options, paperText }: Checked): Finding[] {
  const own = paperText.replaceAll("%40", "@").toLowerCase();
  const known = new Set([...options.allowedAddresses, ...options.readers].map((address) => address.toLowerCase()));
  return partsOf(letter).flatMap(({ text, where }) =>
    [...text.replaceAll("%40", "@").matchAll(ADDRESS)]
      .map(([address]) => address.replace(/^[^\p{L}\p{N}]+/u, ""))
      .filter((address) => !known.has(address) && !own.includes(address))
      .map((address) => ({ message: `a mail address that nobody allowed: ${masked(address)}`, where })),
  );
}

/** The whole letter in lower case, part by part, comments and attributes included. */
function partsOf({ subject, preheader, html, text }: Checked["letter"]) {
  return Object.entries({ subject, preheader, html, text }).map(([where, part]) => ({
    where,
    text: part.toLowerCase(),
  }));
}

/** Enough to find it by, and no more: findings end in logs. */
function masked(address: string): string {
  const [local = "", domain = ""] = address.split("@");
  return `${local.slice(0, 1)}…@${domain}`;
}

function lookAtPixels({ $ }: Checked): Finding[] {
  return elements($)
    .filter(({ name }) => name === "img")
    .filter((element) =>
      ["width", "height"].some((side) => {
        const size = pixels(styleOf(element, side)) ?? pixels(element.attribs[side]);
        return size !== null && size <= 1;
      }),
    )
    .map((element) => ({ message: "a picture too small to be seen: a tracking pixel", where: pathOf($, element) }));
}

function lookAtTrackers({ $, paperUrls, digest }: Checked): Finding[] {
  return select($, "a[href], img[src]")
    .map((element) => ({ element, url: element.attribs["href"] ?? element.attribs["src"] ?? "" }))
    .filter(({ url }) => URL.canParse(url) && !paperUrls.has(url) && url !== digest.edition.url)
    .flatMap(({ element, url }) => {
      const { hostname, searchParams } = new URL(url);
      const names = [...searchParams.keys()].filter((name) => TELLTALE.test(name));
      return [
        ...names.map((name) => `an address that identifies or counts: ${name}=`),
        ...(REDIRECTOR.test(hostname) ? [`an address that redirects: ${hostname}`] : []),
      ].map((message) => ({ message, where: pathOf($, element) }));
    });
}
