import { isUrl } from "../../core/url.js";
import type { Check, Checked, Finding } from "./check.js";
import { isHidden, select, pathOf, singleSpaced } from "./elements.js";
import type { Element } from "./elements.js";

/** Checks links and pictures. */
export const LINK_CHECKS: readonly Check[] = [
  {
    id: "links",
    severity: "error",
    requires: "every link has a text, is http(s) or mailto, and leads to a host of the papers or the configuration",
    fix: "Correct the address in the template or the configuration. Addresses of papers always pass.",
    run: (checked) => [...checkLinks(checked), ...checkAnchors(checked), ...checkTextLinks(checked)],
  },
  {
    id: "alt-texts",
    severity: "error",
    requires: "every picture has an alternative text, which is not empty if the picture is the only content of a link",
    fix: 'Give the picture `alt="..."`, or `alt=""` if it is decoration.',
    run: checkPictures,
  },
];

function checkLinks(checked: Checked): Finding[] {
  const { $ } = checked;
  const targets = targetsOf(checked);
  return select($, "a[href], area[href]").flatMap((element) => {
    const wrong = [wrongTarget(element.attribs["href"] ?? "", targets), missingText($, element)];
    return wrong.filter((message) => message !== null).map((message) => ({ message, where: pathOf($, element) }));
  });
}

/** Returns the problem with the address of a link, or null. `checkAnchors` checks anchors. */
function wrongTarget(target: string, { own, hosts }: Targets): string | null {
  if (/^#./.test(target)) return null;
  if (/^mailto:[^\s@?]+@[^\s@?]+(\?\S*)?$/i.test(target)) return null;
  if (!/^https?:\/\//i.test(target) || !isUrl(target)) {
    return `is not an absolute http(s) or mailto address: ${JSON.stringify(target.slice(0, 80))}`;
  }
  if (own.has(target)) return null;
  const { hostname, username } = new URL(target);
  if (username !== "") return `the address contains a user name: ${target.slice(0, 80)}`;
  return hosts.has(hostname) ? null : `leads to ${hostname}, a host of neither the papers nor the configuration`;
}

function missingText($: Checked["$"], element: Element): string | null {
  const words =
    singleSpaced($(element).text()) || $(element).find("img[alt]").attr("alt")?.trim() || element.attribs["aria-label"];
  return words ? null : "the link has no text";
}

function checkAnchors({ $ }: Checked): Finding[] {
  const names = select($, "[id], a[name]").flatMap(({ attribs }) =>
    [...new Set([attribs["id"], attribs["name"]])].filter((name) => name !== undefined),
  );
  const known = new Set(names);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const dead = select($, "a[href]")
    .filter(({ attribs }) => attribs["href"]?.startsWith("#"))
    .filter(({ attribs }) => !known.has(decoded(attribs["href"]?.slice(1) ?? "")));
  return [
    ...twice.map((name) => ({ message: `two elements have the name ${name}`, where: `#${name}` })),
    ...dead.map((element) => ({
      message: `leads to an anchor that the letter does not have: ${element.attribs["href"]}`,
      where: pathOf($, element),
    })),
  ];
}

/** Checks the addresses in the text part, except those in the texts of papers. */
function checkTextLinks(checked: Checked): Finding[] {
  const targets = targetsOf(checked);
  return urlsIn(checked.letter.text, checked.paperUrls).flatMap((url) => {
    const message = wrongTarget(url, targets);
    return message === null || checked.paperText.includes(url)
      ? []
      : [{ message, where: `text part: ${url.slice(0, 80)}` }];
  });
}

/**
 * Returns the http(s) addresses in a text, without the punctuation of the surrounding sentence. Known addresses are unchanged.
 */
export function urlsIn(text: string, known: ReadonlySet<string>): string[] {
  return (text.match(/https?:\/\/[^\s<>"]+/gi) ?? []).map((url) => {
    if (known.has(url)) return url;
    const bare = url.replace(/[.,;:!?'’”]+$/, "");
    return bare.endsWith(")") && !bare.includes("(") ? bare.slice(0, -1) : bare;
  });
}

interface Targets {
  /** Addresses of the papers, which the renderer has validated. */
  readonly own: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
}

/** Returns the allowed targets of links: the addresses of papers, and the hosts of papers and of the configuration. */
function targetsOf({ paperUrls, digest, options }: Checked): Targets {
  const urls = [...paperUrls, digest.edition.url ?? "", digest.edition.source].filter((url) => isUrl(url));
  return { own: paperUrls, hosts: new Set([...options.allowedHosts, ...urls.map((url) => new URL(url).hostname)]) };
}

function checkPictures({ $ }: Checked): Finding[] {
  return select($, "img")
    .filter((element) => !isHidden(element))
    .flatMap((element) => {
      const alt = element.attribs["alt"];
      const link = $(element).closest("a");
      const isOnlyContent = link.length > 0 && singleSpaced(link.text()) === "" && !link.attr("aria-label");
      const where = pathOf($, element);
      if (alt === undefined) return [{ message: "the picture has no alternative text", where }];
      if (/^\S+\.(?:png|jpe?g|gif|webp|svg)$/i.test(alt.trim())) {
        return [{ message: "the alternative text is a file name", where }];
      }
      return alt.trim() === "" && isOnlyContent
        ? [{ message: "the picture is the only content of a link, and its alternative text is empty", where }]
        : [];
    });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Words in the texts and addresses of unsubscribe links, in several languages. */
const UNSUBSCRIBE =
  /unsubscri|abbestell|abmeld|opt[-_ ]?out|退订|取消订阅|désabonn|désinscri|darse de baja|cancelar suscripci/i;

/** Checks whether readers can unsubscribe. */
export const UNSUBSCRIBE_CHECKS: readonly Check[] = [
  {
    id: "unsubscribe",
    severity: "error",
    requires: "both parts show the unsubscribe link if it is configured, and no part shows a broken one",
    fix: "Show the unsubscribe link in the footer of letter.html.hbs and letter.text.hbs, and only if its target is configured.",
    run: (checked) => [
      ...checkBroken(checked),
      ...(checked.options.unsubscribe === "required" ? checkBoth(checked) : []),
    ],
  },
];

/** Returns the unsubscribe links. A link to a paper never counts, whatever its title. */
function unsubscribeLinks({ $, paperUrls }: Checked): Element[] {
  return select($, "a").filter((element) => {
    const target = element.attribs["href"] ?? "";
    const isAboutPapers = paperUrls.has(target) || /^#./.test(target);
    return !isAboutPapers && !isHidden(element) && (UNSUBSCRIBE.test($(element).text()) || UNSUBSCRIBE.test(target));
  });
}

function checkBroken(checked: Checked): Finding[] {
  const { $, letter, paperText } = checked;
  const broken = unsubscribeLinks(checked).filter((element) => !isAddress(element.attribs["href"] ?? ""));
  // A line that ends in a colon shows that the template printed no address.
  const incomplete = letter.text
    .split("\n")
    .filter(
      (line) =>
        UNSUBSCRIBE.test(line) && /:\s*$/.test(line) && !paperText.includes(/\S+$/.exec(singleSpaced(line))?.[0] ?? ""),
    );
  return [
    ...broken.map((element) => ({ message: "the unsubscribe link has no address", where: pathOf($, element) })),
    ...incomplete
      .filter((line) => !/^\s*(?:https?:|mailto:|<)/i.test(lineAfter(letter.text, line)))
      .map((line) => ({
        message: "the text part mentions unsubscribing but gives no address",
        where: singleSpaced(line),
      })),
  ];
}

function checkBoth(checked: Checked): Finding[] {
  const { letter, paperUrls } = checked;
  const targets = unsubscribeLinks(checked).map(({ attribs }) => attribs["href"] ?? "");
  const inHtml = targets.filter(isAddress);
  const inText = new Set([...urlsIn(letter.text, paperUrls), ...(letter.text.match(/mailto:\S+/gi) ?? [])]);
  if (inHtml.length === 0) return [{ message: "the HTML part shows no unsubscribe link" }];
  return inHtml.some((target) => inText.has(target))
    ? []
    : [{ message: "the text part does not have the unsubscribe address of the HTML part" }];
}

function isAddress(target: string): boolean {
  return /^(?:https?:\/\/|mailto:)[^\s]+$/i.test(target);
}

function lineAfter(text: string, line: string): string {
  const lines = text.split("\n");
  return lines[lines.indexOf(line) + 1] ?? "";
}
