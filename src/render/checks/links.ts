import type { Check, Checked, Finding } from "./check.js";
import { isHidden, select, pathOf, single } from "./elements.js";
import type { Element } from "./elements.js";

/** Where a letter leads. */
export const LINK_CHECKS: readonly Check[] = [
  {
    id: "links",
    severity: "error",
    looksAt:
      "every link has a text, is http(s) or mailto, and leads to a host that the papers or the configuration name",
    mend: "Correct the address in the template or the configuration; a page's own addresses pass by themselves.",
    run: (checked) => [...lookAtLinks(checked), ...lookAtAnchors(checked), ...lookAtTextLinks(checked)],
  },
  {
    id: "alt-texts",
    severity: "error",
    looksAt: "every picture has an alternative text; one that is a link's only content has words in it",
    mend: 'Give the picture `alt="..."`, or `alt=""` where it only decorates.',
    run: lookAtPictures,
  },
];

function lookAtLinks(checked: Checked): Finding[] {
  const { $ } = checked;
  const targets = targetsOf(checked);
  return select($, "a[href], area[href]").flatMap((element) => {
    const wrong = [wrongTarget(element.attribs["href"] ?? "", targets), wordless($, element)];
    return wrong.filter((message) => message !== null).map((message) => ({ message, where: pathOf($, element) }));
  });
}

/** What is wrong with the address of a link; null when nothing is. Anchors are looked at on their own. */
function wrongTarget(target: string, { own, hosts }: Targets): string | null {
  if (/^#./.test(target)) return null;
  if (/^mailto:[^\s@?]+@[^\s@?]+(\?\S*)?$/i.test(target)) return null;
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) {
    return `not an absolute http(s) or mailto address: ${JSON.stringify(target.slice(0, 80))}`;
  }
  if (own.has(target)) return null;
  const { hostname, username } = new URL(target);
  if (username !== "") return `an address with a user name in it: ${target.slice(0, 80)}`;
  return hosts.has(hostname) ? null : `leads to ${hostname}, which neither the papers nor the configuration name`;
}

function wordless($: Checked["$"], element: Element): string | null {
  const words =
    single($(element).text()) || $(element).find("img[alt]").attr("alt")?.trim() || element.attribs["aria-label"];
  return words ? null : "a link without text";
}

function lookAtAnchors({ $ }: Checked): Finding[] {
  const names = select($, "[id], a[name]").flatMap(({ attribs }) =>
    [...new Set([attribs["id"], attribs["name"]])].filter((name) => name !== undefined),
  );
  const known = new Set(names);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const dead = select($, "a[href]")
    .filter(({ attribs }) => attribs["href"]?.startsWith("#"))
    .filter(({ attribs }) => !known.has(decoded(attribs["href"]?.slice(1) ?? "")));
  return [
    ...twice.map((name) => ({ message: `two places are named ${name}`, where: `#${name}` })),
    ...dead.map((element) => ({
      message: `leads to no place in the letter: ${element.attribs["href"]}`,
      where: pathOf($, element),
    })),
  ];
}

/** Addresses of the text part; one that a paper wrote into its abstract is the paper's. */
function lookAtTextLinks(checked: Checked): Finding[] {
  const targets = targetsOf(checked);
  return urlsIn(checked.letter.text, checked.paperUrls).flatMap((url) => {
    const message = wrongTarget(url, targets);
    return message === null || checked.paperText.includes(url)
      ? []
      : [{ message, where: `text part: ${url.slice(0, 80)}` }];
  });
}

/**
 * The http(s) addresses in a text, without the full stop or bracket that ends the sentence around them; those that are
 * known stay as they are.
 */
export function urlsIn(text: string, known: ReadonlySet<string>): string[] {
  return (text.match(/https?:\/\/[^\s<>"]+/gi) ?? []).map((url) => {
    if (known.has(url)) return url;
    const bare = url.replace(/[.,;:!?'’”]+$/, "");
    return bare.endsWith(")") && !bare.includes("(") ? bare.slice(0, -1) : bare;
  });
}

interface Targets {
  /** The papers' own addresses pass as the page has them: whether they are addresses at all was seen to before. */
  readonly own: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
}

/** Where a letter may lead: the papers' own addresses, their hosts, and those that the configuration names. */
function targetsOf({ paperUrls, digest, options }: Checked): Targets {
  const urls = [...paperUrls, digest.edition.url ?? "", digest.edition.source].filter((url) => URL.canParse(url));
  return { own: paperUrls, hosts: new Set([...options.allowedHosts, ...urls.map((url) => new URL(url).hostname)]) };
}

function lookAtPictures({ $ }: Checked): Finding[] {
  return select($, "img")
    .filter((element) => !isHidden(element))
    .flatMap((element) => {
      const alt = element.attribs["alt"];
      const link = $(element).closest("a");
      const isOnlyContent = link.length > 0 && single(link.text()) === "" && !link.attr("aria-label");
      const where = pathOf($, element);
      if (alt === undefined) return [{ message: "a picture without alternative text", where }];
      if (/^\S+\.(?:png|jpe?g|gif|webp|svg)$/i.test(alt.trim())) {
        return [{ message: "a file's name is no alternative text", where }];
      }
      return alt.trim() === "" && isOnlyContent
        ? [{ message: "a picture is a link's only content and says nothing", where }]
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
