import { checkUrl } from "./urls.js";

/**
 * Links in abstracts. Of 762 URLs on 71 real days, 642 repeated the link to the code or the project, and 64 papers had a URL only
 * in the abstract.
 */

/** The links of a paper, and its abstract. */
export interface Linked {
  readonly abstract: string | null;
  readonly codeUrl: string | null;
  readonly projectUrl: string | null;
}

/** A URL with or without its scheme. The hosts of code and project pages are recognised without it. */
const ADDRESS =
  /(?:https?:\/\/|(?<![\w@./-])(?=(?:www\.)?(?:github\.com|gitlab\.com|huggingface\.co|[\w-]+\.github\.io)\/))[^\s<>"{}|\\^`]+/gi;
/** The punctuation of a sentence after a URL. */
const AFTER_ADDRESS = /(?:[.,;:!?'"”’\]]|(?<!\([^()]*)\))+$/;

/** Hosts of code repositories, whose paths begin with an owner and a name. */
const CODE_HOST =
  /^https?:\/\/(?:www\.)?(?:github\.com|gitlab\.[\w.]+|bitbucket\.org|codeberg\.org|gitee\.com)\/[\w.-]+\/[\w.-]+|^https?:\/\/anonymous\.4open\.science\//i;
/** Hosts of papers, standards and news, which are not project pages. */
const FOREIGN_HOST =
  /^https?:\/\/(?:[\w-]+\.)*(?:arxiv\.org|doi\.org|openreview\.net|aclanthology\.org|wikipedia\.org|youtu\.be|youtube\.com|creativecommons\.org|twitter\.com|x\.com)\//i;
/** Words before the URL of other people's work. */
const BEFORE_FOREIGN = /\b(?:built (?:up)?on|based on|forked? (?:of|from)|adapted from|derived from)\b[^.]*$/i;

/** The words of sentences that only give a location. A sentence with only these words and those of the title repeats a link. */
const ABOUT_A_LINK = new Set(
  `a acceptance access accessed accessible adapters additional advance all along also an and anonymized anonymous app application
  applications archive are artifact artifacts as at available baseline baselines be been below benchmark benchmarks binaries blog both by
  can check checkpoint checkpoints code codebase codes collected collection community complete corpus corresponding curated data dataset
  datasets demo demonstration demonstrations demos detail details documentation download encourage environment environments eval
  evaluation experiment experiments face facilitate files find following follows for foster found framework freely from full fully
  further future gallery generated git github gitlab given harness has have here hf homepage hosted hub hugging huggingface if
  implementation implementations in including inference information interactive is it its leaderboard library link links list live logs
  made make making materials method mobile model models modules more of official on online open open-source open-sourced opensource
  opensourced our out outputs package page pages paper pipeline pipelines please pre-trained present pretrained project project's promote
  prompts provide provided public publicly publish published raw recipes reference related release released releases releasing relevant
  repo repository reproducibility reproducible research resource resources result results runs sample samples script scripts see seen
  showcase site soon source sources space studies study supplementary support supporting synthesized technical test that the their them
  these this to toolkit tools traces trained training tutorial upon url us used version versions via video videos view viewed visit
  visual visualization visualizations we web webpage website weights well when where which while will with work you`.split(
    /\s+/,
  ),
);

/**
 * Uses the URLs in an abstract as links if the paper has none, and removes sentences and brackets that only repeat a link. Does not
 * empty an abstract.
 */
export function extractAddresses(linked: Linked, { title, site }: { title: string; site: string }): Linked {
  const { abstract } = linked;
  if (abstract === null || !/https?:\/\/|(?:github|gitlab|huggingface)\.(?:com|co|io)\//i.test(abstract)) return linked;
  const found = addressesIn(abstract, site);
  const links = {
    codeUrl: linked.codeUrl ?? found.find((url) => CODE_HOST.test(url)) ?? null,
    projectUrl: linked.projectUrl ?? found.find((url) => !CODE_HOST.test(url)) ?? null,
  };
  const known = new Set([links.codeUrl, links.projectUrl].filter((url) => url !== null).map(comparable));
  return { ...links, abstract: withoutRepeats(abstract, { known, title }) };
}

/** Returns the URLs of the authors' own work, in order. */
function addressesIn(abstract: string, site: string): readonly string[] {
  return [...abstract.matchAll(ADDRESS)].flatMap(({ index, 0: match }) => {
    const url = checkUrl(withScheme(match.replace(AFTER_ADDRESS, "")), site);
    if (url === null || FOREIGN_HOST.test(url) || /\/(?:papers|abs|pdf)\/\d{4}\.\d{4,5}/.test(url)) return [];
    return BEFORE_FOREIGN.test(abstract.slice(Math.max(0, index - 120), index)) ? [] : [url];
  });
}

interface Repeated {
  /** The links of the paper, as `comparable` writes them. */
  readonly known: ReadonlySet<string>;
  readonly title: string;
}

function withoutRepeats(abstract: string, repeated: Repeated): string {
  const named = wordsOf(repeated.title);
  const kept = abstract
    .split(/(?<=[.!?]["')\]”’]*) (?=[\p{Lu}\d([“"*]|https?:)/u)
    .filter((sentence) => !onlyRepeats(sentence, repeated.known, named))
    .map((sentence) =>
      sentence.replace(/ ?\(((?:[^()]|\([^()]*\))+)\)/g, (whole, inside: string) =>
        onlyRepeats(inside, repeated.known, named) ? "" : whole,
      ),
    )
    .join(" ");
  return kept === "" ? abstract : kept;
}

/** Whether a text contains only URLs that are links of the paper, and words that give a location. */
function onlyRepeats(text: string, known: ReadonlySet<string>, named: ReadonlySet<string>): boolean {
  const addresses = (text.match(ADDRESS) ?? []).map((match) =>
    comparable(withScheme(match.replace(AFTER_ADDRESS, ""))),
  );
  if (addresses.length === 0 || !addresses.every((address) => isKnown(address, known))) return false;
  return [...wordsOf(text.replace(ADDRESS, " "))].every((word) => ABOUT_A_LINK.has(word) || named.has(word));
}

/** Whether a URL is a link of the paper or a page below it. */
function isKnown(address: string, known: ReadonlySet<string>): boolean {
  return [...known].some((link) => address === link || address.startsWith(`${link}/`));
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*(?<![.'’])/gu));
}

function withScheme(address: string): string {
  return /^https?:/i.test(address) ? address : `https://${address}`;
}

/** Returns a URL without the parts in which equivalent URLs differ. */
function comparable(url: string): string {
  return url
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, "")
    .replace(/(?:\.git)?\/*$/, "");
}
