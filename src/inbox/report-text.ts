import { readGroups } from "./fields.js";
import type { Fields } from "./fields.js";

/** Lines that precede the returned mail in a report, as many mail systems write them. */
const MARKERS: readonly RegExp[] = [
  /^[ \t>]*-{2,80}[^\n]{0,60}(?:copy of (?:the|your) message|original message|message header|below this line)[^\n]*$/im,
  /^[ \t>]*-{2,80}[^\n]{0,60}(?:(?:unsent|returned|undelivered|rejected) message|message (?:contents|text|follows))[^\n]*$/im,
  /^[ \t>]*-{2,80}[^\n]{0,60}(?:original mail|header of the original)[^\n]*$/im,
  /^[ \t>]*(?:original message (?:follows|as received)|message headers? follows?|your message reads \(in part\)).*$/im,
  /^[ \t>]*(?:below|included) is a copy of the (?:original )?message.*$/im,
  /^[ \t>]*content-type: (?:message\/rfc822|text\/rfc822-headers).*$/im,
  /^[ \t>]*(?:received: ?(?:from|by|\()|return-path:|dkim-signature:|x-originating-ip:|x-google-smtp-source:).*$/im,
];

/**
 * The subject of the returned mail, which Domino and Exchange quote. It is removed, because it says nothing about the delivery.
 */
const SUBJECT = /^[ \t>]*(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|件名)[ \t]*:.*$/gim;

/** Splits the text of a report into the report and the header of the returned mail. */
export function splitOriginal(text: string): { readonly report: string; readonly original: Fields } {
  const starts = MARKERS.map((marker) => marker.exec(text)?.index ?? text.length);
  const at = Math.min(...starts);
  const original = new Map<string, readonly string[]>();
  for (const group of readGroups(text.slice(at))) {
    for (const [name, values] of group) original.set(name, [...(original.get(name) ?? []), ...values]);
  }
  return { report: text.slice(0, at).replaceAll(SUBJECT, ""), original };
}

/** Converts an HTML report to text. */
export function plainText(html: string): string {
  const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", nbsp: " ", "#39": "'", quot: '"' };
  return html
    .slice(0, 200_000)
    .replaceAll(/<(?:br|p|div|tr|li|h\d)\b[^<>]*>/gi, "\n")
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll(/&([a-z#\d]{1,8});/gi, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}

const REPLY = /^mail\.local: |(?:^|[\s:;"'(>[])[45]\d\d[ -]|(?<![\d.])[45]\.\d\.\d{1,3}(?![\d.]*\d)/;
/** A line that names the command to which the next line is the reply. */
const BEFORE = /error from|after|in reply|>>>|command/i;
/** A line that does not continue a reply. */
const NEXT = /^\s*(?:<<<|>>>|-{3}|<\S+@|$)/;
const MAX_CONTINUED = 5;

/** Returns the lines with a server's reply, each joined with its continuation lines. */
export function replyLines(text: string): string {
  const lines = text.replaceAll("\r", "").split("\n").slice(0, 2000);
  const replies = lines.flatMap((line, at) => {
    if (!REPLY.test(line)) return [];
    const following = lines.slice(at + 1, at + 1 + MAX_CONTINUED);
    const end = following.findIndex((one) => NEXT.test(one) || REPLY.test(one));
    const before = lines[at - 1] ?? "";
    const continued = following.slice(0, end < 0 ? MAX_CONTINUED : end);
    return [[...(BEFORE.test(before) ? [before] : []), line, ...continued].join(" ")];
  });
  return replies.join("\n");
}

/** Counts the words of a text, except addresses, links and numbers. */
export function wordCount(text: string): number {
  const words = text
    .slice(0, 20_000)
    .replaceAll(/\S{1,100}@\S+|https?:\S+/g, " ")
    .match(/[\p{L}]{2,}/gu);
  return words?.length ?? 0;
}
