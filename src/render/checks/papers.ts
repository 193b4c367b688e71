import type { Paper } from "../../core/model.js";
import type { Check, Checked, Finding } from "./check.js";
import { select, singleSpaced } from "./elements.js";
import { urlsIn } from "./links.js";

/**
 * The addresses of a paper in a letter. Each kind is compared separately, because the parts may have the kinds in different
 * orders.
 */
const KINDS = ["url", "pdfUrl", "codeUrl", "projectUrl"] as const satisfies readonly (keyof Paper)[];

/** The number of characters, without spaces, that identify a title. Even a clipped title is longer. */
const IDENTIFYING = 40;

/** Checks whether both parts have the same content. */
export const PARITY_CHECKS: readonly Check[] = [
  {
    id: "text-parity",
    severity: "error",
    requires: "both parts have the same papers in the same order, with the same addresses",
    fix: "Make letter.text.hbs and letter.html.hbs, with their partials, show the same content.",
    run: (checked) => [...compareTitles(checked), ...compareOrder(checked), ...compareOthers(checked)],
  },
];

function compareTitles(checked: Checked): Finding[] {
  const { digest, letter } = checked;
  const again = digest.revisit?.kept ?? [];
  return [
    ...compareTitlesOf(digest.kept, letter.trimmed?.left ?? 0, checked),
    ...compareTitlesOf(again, letter.trimmed?.revisit ?? 0, checked),
  ];
}

/** Compares the titles in both parts. The size budget may have omitted `left` papers. */
function compareTitlesOf(shown: readonly { readonly paper: Paper }[], left: number, { letter, texts }: Checked) {
  const html = dense(texts.map(({ text }) => text).join(" "));
  const text = dense(letter.text);
  const places = shown.map(({ paper }) => {
    const start = dense(paper.title).slice(0, IDENTIFYING);
    return { where: paper.title, inHtml: html.includes(start), inText: text.includes(start) };
  });
  const nowhere = places.filter(({ inHtml, inText }) => !inHtml && !inText);
  const lost = nowhere.slice(left);
  return [
    ...places
      .filter(({ inHtml, inText }) => inHtml !== inText)
      .map(({ where, inHtml }) => ({ message: `only the ${inHtml ? "HTML" : "text"} part has the paper`, where })),
    ...lost.map(({ where }) => ({ message: "neither part has the paper", where })),
  ];
}

/** Removes white space, because the text part wraps lines, even within long words. */
function dense(text: string): string {
  return text.replaceAll(/\s+/gu, "");
}

function compareOrder(checked: Checked): Finding[] {
  const html = linksOf(checked);
  const text = urlsIn(checked.letter.text, checked.paperUrls);
  const { kept, revisit } = checked.digest;
  const papers = [...kept, ...(revisit?.kept ?? [])].map(({ paper }) => paper);
  return KINDS.flatMap((kind) => {
    const known = new Set(papers.map((paper) => paper[kind]));
    const [inHtml, inText] = [html, text].map((urls) => [...new Set(urls.filter((url) => known.has(url)))]);
    return differences(inHtml ?? [], inText ?? []).map((where) => ({
      message: `the parts differ in the papers' ${kind}: missing, extra or in another order`,
      where,
    }));
  });
}

/** Describes the first difference between two lists; empty if they are equal. */
function differences(html: readonly string[], text: readonly string[]): string[] {
  const at = html.findIndex((url, index) => url !== text[index]);
  if (at === -1 && html.length === text.length) return [];
  const place = at === -1 ? html.length : at;
  return [`HTML: ${html[place] ?? "nothing"}, text: ${text[place] ?? "nothing"}`];
}

/** What a link of one paper adds to the address of a page of the reader, such as "More like this". */
const OF_ONE_PAPER = /\?paper=[^&#]+$/;

/**
 * Compares the links of the footer, the archive and the source. Ignores addresses in the texts of papers and of the operator. The
 * text part names a page of the reader once, where the HTML part links to it from each paper.
 */
function compareOthers(checked: Checked): Finding[] {
  const { letter, paperUrls, paperText, texts } = checked;
  const isOther = (url: string) => !paperUrls.has(url) && !paperText.includes(url);
  const written = singleSpaced(texts.map(({ text }) => text).join(" "));
  const html = linksOf(checked)
    .filter(isOther)
    .map((url) => url.replace(OF_ONE_PAPER, ""));
  const text = urlsIn(letter.text, paperUrls).filter(isOther);
  return [
    ...html
      .filter((url) => !text.includes(url))
      .map((where) => ({ message: "only the HTML part has the address", where })),
    ...text
      .filter((url) => !html.includes(url) && !written.includes(url))
      .map((where) => ({ message: "only the text part has the address", where })),
  ];
}

function linksOf({ $ }: Checked): string[] {
  const targets = select($, "a[href]").map(({ attribs }) => attribs["href"] ?? "");
  return targets.filter((target) => /^https?:\/\//i.test(target));
}

/** All known days had all abstracts. */
const MOST_EMPTY = 0.2;

/** Checks whether the edition is plausible. */
export const PAPER_CHECKS: readonly Check[] = [
  {
    id: "duplicate-papers",
    severity: "error",
    requires: "the letter contains each paper once",
    fix: "Report the page: an edition should contain each paper once.",
    run: checkDuplicates,
  },
  {
    id: "empty-abstracts",
    severity: "warning",
    requires: `at most ${MOST_EMPTY * 100}% of the papers in full lack an abstract`,
    fix: "Check whether the page has changed; `api: true` fills in missing abstracts from the API.",
    run: checkAbstracts,
  },
];

function checkDuplicates({ digest }: Checked): Finding[] {
  const all = [...digest.kept, ...(digest.revisit?.kept ?? [])];
  const ids = all.map(({ paper }) => paper.id);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...twice].map((id) => ({
    message: `the letter contains a paper more than once: ${id}`,
    where: all.find(({ paper }) => paper.id === id)?.paper.title ?? id,
  }));
}

/** Ignores editions that were read from cards, because these have no abstracts and the letter says so. */
function checkAbstracts({ digest: { edition, view, kept } }: Checked): Finding[] {
  const full = kept.filter(({ form }) => form !== "line");
  const empty = full.filter(({ paper }) => !paper.abstract);
  const isExpected = edition.format === "cards" || view.abstracts === "none";
  if (isExpected || empty.length <= full.length * MOST_EMPTY) return [];
  return [
    {
      message: `${empty.length} of ${full.length} papers in full have no abstract`,
      where: empty[0]?.paper.title ?? "",
    },
  ];
}
