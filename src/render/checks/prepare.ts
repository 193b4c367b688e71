import type { Digest, Letter, Paper } from "../../core/model.js";
import type { Checked, CheckOptions } from "./check.js";
import { parseSheet } from "./css.js";
import { load } from "cheerio/slim";
import { select, singleSpaced, visibleTexts } from "./elements.js";

/** Parses a letter and collects the texts of its papers for the checks. */
export function prepareLetter(letter: Letter, digest: Digest, options: CheckOptions): Checked {
  const $ = load(letter.html);
  const papers = [...digest.edition.papers, ...(digest.revisit?.kept ?? []).map(({ paper }) => paper)];
  return {
    letter,
    digest,
    options,
    $,
    rules: select($, "style").flatMap((style) => parseSheet($(style).text())),
    texts: visibleTexts($),
    paperText: singleSpaced([...papers.flatMap(textsOf), ...papers.flatMap(urlsOf), ...reasonTexts(digest)].join("\n")),
    paperUrls: new Set(papers.flatMap(urlsOf)),
  };
}

/** Returns the texts of a paper, cleaned and raw. */
function textsOf(paper: Paper): string[] {
  const { title, abstract, summary, keywords, authors, organization, raw, enriched } = paper;
  const added = [enriched?.note, enriched?.by];
  const texts = [title, abstract, summary, organization?.name, raw.title, raw.abstract, raw.summary, ...added];
  return [
    ...texts.filter((text) => typeof text === "string"),
    keywords.join(", "),
    authors.map(({ name }) => name).join(", "),
  ];
}

/** Returns the terms of the view. A letter contains them in its reasons. */
function reasonTexts({ view, edition }: Digest): string[] {
  return [...view.include, ...view.exclude, ...view.authors, ...view.organizations, edition.source];
}

/** Returns every address of a paper. */
function urlsOf(paper: Paper): string[] {
  const { url, arxivUrl, pdfUrl, codeUrl, projectUrl, organization, thumbnailUrl, mediaUrls } = paper;
  return [url, arxivUrl, pdfUrl, codeUrl, projectUrl, organization?.url, thumbnailUrl, ...mediaUrls].filter(
    (address) => typeof address === "string",
  );
}
