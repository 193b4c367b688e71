import type { CheerioAPI } from "cheerio/slim";
import { isObject, parseJson } from "../core/json.js";
import type { JsonObject } from "../core/json.js";

/** The elements with data, for a list of papers and for one paper with its comments (docs/pages.md). */
const TARGETS = ["DailyPapers", "PaperContent"] as const;

/** The hydration data of a page: the JSON that the server renders for the client code. */
export type Hydration =
  | { readonly type: "list"; readonly data: JsonObject; readonly lists: Lists }
  | { readonly type: "paper"; readonly entry: JsonObject }
  | { readonly type: "broken"; readonly reason: string };

/** The lists of entries in the data, at least one of them; null where there is none. */
export interface Lists {
  /** `dailyPapers`: the listing of a period, also on the page of a search. */
  readonly listing: readonly unknown[] | null;
  /** `searchResults`: the result of a search. */
  readonly results: readonly unknown[] | null;
}

/** Finds the first usable data of a page by its `data-target`. Its position and the order of its attributes do not matter. */
export function findHydration($: CheerioAPI): Hydration {
  const found = TARGETS.flatMap((target) =>
    $(`[data-target="${target}"]`)
      .toArray()
      .map((element) => ({ target, text: $(element).attr("data-props") })),
  );
  const read = found.map(({ target, text }) => readData(target, text));
  const [first = { type: "broken", reason: `no element has data-target ${TARGETS.join(" or ")}` } as const] = read;
  return read.find(({ type }) => type !== "broken") ?? first;
}

/** Whether a page is about one paper, even if its data is broken. Its `article` elements are comments, not cards. */
export function isPaperPage($: CheerioAPI): boolean {
  return $('[data-target="PaperContent"]').length > 0 && $('[data-target="DailyPapers"]').length === 0;
}

/** Reads the data that `sliceData` cut out of a list page. */
export function readList(text: string): Hydration {
  return readData("DailyPapers", text);
}

function readData(target: (typeof TARGETS)[number], text: string | undefined): Hydration {
  if (text === undefined) return { type: "broken", reason: `${target} has no data-props` };
  const data = parseJson(text);
  if (data === undefined) return { type: "broken", reason: `data-props of ${target} is not complete JSON` };
  if (!isObject(data)) return { type: "broken", reason: `data-props of ${target} is not an object` };
  return target === "DailyPapers" ? listOf(data) : paperOf(data);
}

function listOf(data: JsonObject): Hydration {
  const lists = { listing: arrayOrNull(data["dailyPapers"]), results: arrayOrNull(data["searchResults"]) };
  if (lists.listing === null && lists.results === null) return { type: "broken", reason: "dailyPapers is not a list" };
  return { type: "list", data, lists };
}

function arrayOrNull(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** Converts the data of a page about one paper to an entry of a list. */
function paperOf(data: JsonObject): Hydration {
  const { paper, comments, organization, submitterOrganization } = data;
  if (!isObject(paper)) return { type: "broken", reason: "PaperContent has no paper" };
  const numComments = Array.isArray(comments) ? comments.length : undefined;
  return { type: "paper", entry: { paper, numComments, organization, submitterOrganization } };
}
