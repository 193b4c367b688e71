import { load } from "cheerio/slim";
import { PaperboyError } from "../../core/errors.js";
import type { Digest, Letter, Paper } from "../../core/model.js";
import type { Check, CheckOptions, CheckResult, Finding, Checked } from "./check.js";
import { CONTRAST_CHECKS } from "./contrast.js";
import { parseSheet } from "./css.js";
import { STRUCTURE_CHECKS, WIDTH_CHECKS } from "./document.js";
import { select, singleSpaced, visibleTexts } from "./elements.js";
import { SIZE_CHECKS, WORD_CHECKS } from "./inbox.js";
import { LEFTOVER_CHECKS } from "./leftovers.js";
import { LINK_CHECKS, UNSUBSCRIBE_CHECKS } from "./links.js";
import { PAPER_CHECKS, PARITY_CHECKS } from "./papers.js";
import { PRIVACY_CHECKS } from "./privacy.js";

export type { CheckOptions, CheckResult, Finding } from "./check.js";

/** All checks, in the order of the report. */
export const CHECKS: readonly Check[] = [
  ...SIZE_CHECKS,
  ...WORD_CHECKS,
  ...UNSUBSCRIBE_CHECKS,
  ...PARITY_CHECKS,
  ...LINK_CHECKS,
  ...CONTRAST_CHECKS,
  ...STRUCTURE_CHECKS,
  ...WIDTH_CHECKS,
  ...PRIVACY_CHECKS,
  ...LEFTOVER_CHECKS,
  ...PAPER_CHECKS,
];

/** Runs every check on a letter. Returns one result for each row of `CHECKS`, in the same order. */
export function checkLetter(letter: Letter, digest: Digest, options: CheckOptions): CheckResult[] {
  const checked = prepareLetter(letter, digest, options);
  return CHECKS.map(({ run, ...row }) => {
    const findings = merge(run(checked));
    return { ...row, passed: findings.length === 0, findings };
  });
}

/** Merges findings with the same message into one with the first position and the number of occurrences. */
function merge(findings: readonly Finding[]): Finding[] {
  const byMessage = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byMessage.get(finding.message) ?? { ...finding, count: 0 };
    byMessage.set(finding.message, { ...known, count: (known.count ?? 0) + (finding.count ?? 1) });
  }
  return [...byMessage.values()];
}

/** Returns the failed checks of severity `error`. */
export function failedErrors(results: readonly CheckResult[]): CheckResult[] {
  return results.filter(({ passed, severity }) => !passed && severity === "error");
}

/**
 * Throws if a check of severity `error` failed.
 * @throws PaperboyError `config-invalid` with each failed check and its first finding.
 */
export function assertChecksPass(results: readonly CheckResult[]): void {
  const failed = failedErrors(results);
  if (failed.length === 0) return;
  throw new PaperboyError("config-invalid", {
    message: `the letter fails ${failed.map(({ id, findings }) => `${id} (${findings[0]?.message ?? ""})`).join(", ")}`,
    hint: `${failed.map(({ fix }) => fix).join("\n")}\nRun \`paperboy check SOURCE\` to see all results.`,
  });
}

/** Parses a letter and collects the texts of its papers for the checks. */
function prepareLetter(letter: Letter, digest: Digest, options: CheckOptions): Checked {
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
