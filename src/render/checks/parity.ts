import type { Paper } from "../../core/model.js";
import type { Check, Checked, Finding } from "./check.js";
import { select, single } from "./elements.js";
import { urlsIn } from "./links.js";

/** The addresses of a paper that a letter shows. Each kind is compared separately: the parts may order the kinds differently. */
const KINDS = ["url", "pdfUrl", "codeUrl", "projectUrl"] as const satisfies readonly (keyof Paper)[];

/** Characters of a title, without spaces, that identify it; fewer than any part shows of a clipped title. */
const IDENTIFYING = 40;

/** Whether both parts have the same content. */
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

/** Compares titles. The size budget may omit `left` papers from both parts. */
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

/** Removes white space: the text part wraps lines, also within long words. */
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

/** Describes the first difference of two lists; empty if they are equal. */
function differences(html: readonly string[], text: readonly string[]): string[] {
  const at = html.findIndex((url, index) => url !== text[index]);
  if (at === -1 && html.length === text.length) return [];
  const place = at === -1 ? html.length : at;
  return [`HTML: ${html[place] ?? "nothing"}, text: ${text[place] ?? "nothing"}`];
}

/** Compares the other links: footer, archive, source. Addresses inside texts of papers or the operator are ignored. */
function compareOthers(checked: Checked): Finding[] {
  const { letter, paperUrls, paperText, texts } = checked;
  const isOther = (url: string) => !paperUrls.has(url) && !paperText.includes(url);
  const written = single(texts.map(({ text }) => text).join(" "));
  const html = linksOf(checked).filter(isOther);
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
