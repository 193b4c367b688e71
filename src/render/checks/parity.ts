import type { Paper } from "../../core/model.js";
import type { Check, Checked, Finding } from "./check.js";
import { select, single } from "./elements.js";
import { urlsIn } from "./links.js";

/** The addresses of a paper that a letter may show, each kind compared on its own, since the parts need not mix them alike. */
const KINDS = ["url", "pdfUrl", "codeUrl", "projectUrl"] as const satisfies readonly (keyof Paper)[];

/** Letters without blanks of a title's start: enough to know it by, and less than any part clips. */
const KNOWN_BY = 40;

/** Whether who reads the text part reads the same letter. */
export const PARITY_CHECKS: readonly Check[] = [
  {
    id: "text-parity",
    severity: "error",
    looksAt: "both parts hold the same papers, in the same order, with the same addresses",
    mend: "Show in letter.text.hbs and its partials what letter.html.hbs shows, and the other way round.",
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

/** The size budget may leave papers out: of the letter, which then says how many, and of the revisit. */
function compareTitlesOf(shown: readonly { readonly paper: Paper }[], left: number, { letter, texts }: Checked) {
  const html = dense(texts.map(({ text }) => text).join(" "));
  const text = dense(letter.text);
  const places = shown.map(({ paper }) => {
    const start = dense(paper.title).slice(0, KNOWN_BY);
    return { where: paper.title, inHtml: html.includes(start), inText: text.includes(start) };
  });
  const nowhere = places.filter(({ inHtml, inText }) => !inHtml && !inText);
  const lost = nowhere.slice(left);
  return [
    ...places
      .filter(({ inHtml, inText }) => inHtml !== inText)
      .map(({ where, inHtml }) => ({ message: `a paper stands in the ${inHtml ? "HTML" : "text"} part alone`, where })),
    ...lost.map(({ where }) => ({ message: "a paper stands in neither part", where })),
  ];
}

/** Without blanks: the text part breaks lines, also within long words and in scripts that have no blanks. */
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
      message: `the parts differ in the papers' ${kind}: missing, added or in another order`,
      where,
    }));
  });
}

/** The first place where two lists differ, as words. */
function differences(html: readonly string[], text: readonly string[]): string[] {
  const at = html.findIndex((url, index) => url !== text[index]);
  if (at === -1 && html.length === text.length) return [];
  const place = at === -1 ? html.length : at;
  return [`HTML: ${html[place] ?? "nothing"}, text: ${text[place] ?? "nothing"}`];
}

/** The other addresses: footer, archive, source. What a paper or the operator wrote as text may stand in both as text. */
function compareOthers(checked: Checked): Finding[] {
  const { letter, paperUrls, paperText, texts } = checked;
  const isOther = (url: string) => !paperUrls.has(url) && !paperText.includes(url);
  const written = single(texts.map(({ text }) => text).join(" "));
  const html = linksOf(checked).filter(isOther);
  const text = urlsIn(letter.text, paperUrls).filter(isOther);
  return [
    ...html
      .filter((url) => !text.includes(url))
      .map((where) => ({ message: "an address stands in the HTML part alone", where })),
    ...text
      .filter((url) => !html.includes(url) && !written.includes(url))
      .map((where) => ({ message: "an address stands in the text part alone", where })),
  ];
}

function linksOf({ $ }: Checked): string[] {
  const targets = select($, "a[href]").map(({ attribs }) => attribs["href"] ?? "");
  return targets.filter((target) => /^https?:\/\//i.test(target));
}
