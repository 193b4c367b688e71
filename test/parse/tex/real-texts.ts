import { load } from "cheerio";
import { realPage, realPageNames } from "../../support/real-pages.js";

const FIELDS: ReadonlySet<string> = new Set(["title", "summary", "ai_summary"]);

/** Every title, abstract and summary of the real pages and API files, white space collapsed as the parse stage does, each once. */
export function realTexts(): string[] {
  const pages = realPageNames(/\.html$/).flatMap((name) => dataOf(realPage(name)));
  const answers = realPageNames(/\.json$/).map((name): unknown => JSON.parse(realPage(name)));
  const lines = realPageNames(/\.txt$/).flatMap((name) => realPage(name).split("\n"));
  const texts = [...[...pages, ...answers].flatMap(textsIn), ...lines].map((text) => text.replace(/\s+/g, " ").trim());
  return [...new Set(texts)].filter((text) => text !== "");
}

function dataOf(html: string): unknown[] {
  const $ = load(html);
  return $("[data-props]")
    .toArray()
    .map((element): unknown => JSON.parse($(element).attr("data-props") ?? "null"));
}

function textsIn(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === "string" ? (FIELDS.has(key) ? [child] : []) : textsIn(child),
  );
}
