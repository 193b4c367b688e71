import type { Check, Checked, Finding } from "./check.js";
import { elements, pathOf, styleOf } from "./elements.js";
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

/** A reader's address, plain or in the disguises of links; one that a paper published itself is no leak. */
function lookAtReaders({ letter, options, paperText }: Checked): Finding[] {
  const own = paperText.replaceAll("%40", "@").toLowerCase();
  const parts = partsOf(letter);
  return options.readers
    .filter((reader) => !own.includes(reader.toLowerCase()))
    .flatMap((reader) =>
      parts
        .filter(({ text }) => disguises(reader).some((form) => text.includes(form)))
        .map(({ where }) => ({ message: "a reader's address stands in it", where })),
    );
}

/** Base64 is compared in lower case, as everything is here: that can only find too much. */
function disguises(address: string): string[] {
  const base64 = Buffer.from(address).toString("base64").replaceAll("=", "");
  return [address, encodeURIComponent(address), base64].map((form) => form.toLowerCase());
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
  return $("a[href], img[src]")
    .toArray()
    .map((element) => ({ element, url: element.attribs["href"] ?? element.attribs["src"] ?? "" }))
    .filter(({ url }) => URL.canParse(url) && !paperUrls.has(url) && url !== digest.edition.url)
    .flatMap(({ element, url }) => {
      const { hostname, searchParams } = new URL(url);
      const names = [...searchParams.keys()].filter((name) => TELLTALE.test(name));
      const where = pathOf($, element);
      return [
        ...names.map((name) => ({ message: `an address that identifies or counts: ${name}=`, where })),
        ...(REDIRECTOR.test(hostname) ? [{ message: `an address that redirects: ${hostname}`, where }] : []),
      ];
    });
}
