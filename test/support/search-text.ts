import { buildApi, buildPage } from "./page-builder.js";
import type { PageSpec } from "./page-builder.js";
import { makeEntry, makeOrganization } from "./papers.js";
import type { Entry } from "./papers.js";
import { realPage } from "./real-pages.js";

/** The words of the search whose text was saved. */
export const SEARCHED = "LLaVA-1.5";

/** The word that Cloudflare masked in the text. The text does not contain its hex. */
const MASKED = "ASR@0.5";
const KEY = 0x5a;

/** A paper of the text: its title and its abstract as a reader should see them, apart from TeX. */
export interface TextPaper {
  readonly title: string;
  readonly abstract: string;
  /** The title with the quotation marks that a reader sees. One title has `"ALL''`. */
  readonly shownTitle: string;
}

/** Returns the 25 papers of the real search, in page order. Needs the real pages. */
export function searchTextPapers(): readonly TextPaper[] {
  const paragraphs = realPage("search-llava-as-text.txt")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
  const list = paragraphs.slice(paragraphs.indexOf("Aug 21") + 1);
  return Array.from({ length: list.length / 2 }, (_, place) => ({
    title: list[2 * place] ?? "",
    shownTitle: (list[2 * place] ?? "").replace(/"(\w+)''/, "“$1”"),
    abstract: (list[2 * place + 1] ?? "").replace(/\[email\sprotected\]/, MASKED),
  }));
}

/** Breaks a text into lines as in old abstracts, with a backslash before each line end. */
function wrapped(text: string): string {
  return text.replaceAll(/(.{50,70}) /g, "$1\\\n  ");
}

/** Adds the values that the text lacks: ids and dates of three years, unordered votes, comments and organizations. */
function entryOf({ title, abstract }: TextPaper, place: number): Entry {
  const year = 24 + (place % 3);
  const month = String(1 + (place % 8)).padStart(2, "0");
  const isOld = place % 4 === 1;
  return makeEntry({
    paper: {
      id: `${year}${month}.${10_000 + place}`,
      title: isOld ? title.replace(" ", "\\\n  ") : title,
      summary: isOld ? wrapped(abstract) : abstract,
      publishedAt: `20${year}-${month}-2${place % 9}T09:30:00.000Z`,
      submittedOnDailyAt: undefined,
      upvotes: (place * 7) % 31,
      ...(place % 2 === 0 ? { organization: makeOrganization("vision-lab", "Vision Lab") } : {}),
    },
    title: isOld ? title.replace(" ", "\\\n  ") : title,
    numComments: place % 3,
  });
}

/** Returns the result of the search as entries of the site's data. */
export function searchTextEntries(): Entry[] {
  return searchTextPapers().map(entryOf);
}

/** Returns the hex of a masked text: the key, then every byte XOR the key. */
function cfHex(text: string): string {
  return Buffer.from([KEY, ...[...Buffer.from(text)].map((byte) => byte ^ KEY)]).toString("hex");
}

/** Masks the address-like word as Cloudflare does within a link. */
function masked(html: string): string {
  const span = `<span class="__cf_email__" data-cfemail="${cfHex(MASKED)}">[email&#160;protected]</span>`;
  return html.replaceAll(MASKED, span);
}

type Form = (rest?: Partial<PageSpec>) => string;

/** The result as a page with data, as a page with cards only, and as the response of the search API. */
export const SEARCH_FORMS: Readonly<Record<"data" | "cards" | "api", Form>> = {
  data: (rest) => buildPage({ kind: "search", query: SEARCHED, entries: searchTextEntries(), ...rest }),
  cards: (rest) =>
    buildPage({
      kind: "search",
      query: SEARCHED,
      entries: searchTextEntries(),
      withData: false,
      mangle: { html: masked },
      ...rest,
    }),
  api: () => buildApi(searchTextEntries()),
};
