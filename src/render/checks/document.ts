import { load } from "cheerio/slim";
import type { CheerioAPI } from "cheerio/slim";
import { elements } from "./elements.js";
import type { Element } from "./elements.js";

type Node = Element["children"][number];

/** Elements in whose text a reference is none. */
const VERBATIM: ReadonlySet<string> = new Set(["script", "style", "textarea", "xmp"]);

/**
 * A letter's HTML as a document. Where the parser undoes character references it looks at every character of every text and
 * style, for which a new process has no fast code yet; so it leaves them, and they are undone where there are any.
 */
export function openLetter(html: string): CheerioAPI {
  const places = { withStartIndices: true, withEndIndices: true };
  const $ = load(html, { xml: { xmlMode: false, decodeEntities: false, ...places } });
  return undoReferences(html, $.root()[0]?.children ?? []) ? $ : load(html);
}

/** @returns false where a text or value would be read otherwise by itself than where it stands. */
function undoReferences(html: string, nodes: readonly Node[]): boolean {
  const waiting = [...nodes];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ("children" in next) waiting.push(...next.children);
    if ("attribs" in next && !undoInAttributes(next)) return false;
    if (next.nodeType === 3 && next.data.includes("&") && !isVerbatim(next)) {
      // An end of what never began parts a text in the letter and not in the document.
      const isWhole = html.slice(next.startIndex ?? 0, (next.endIndex ?? 0) + 1) === next.data;
      if (!isWhole || next.data.includes("<")) return false;
      next.data = load(next.data).text();
    }
  }
  return true;
}

function isVerbatim({ parent }: Node): boolean {
  return parent !== null && "name" in parent && VERBATIM.has(parent.name);
}

function undoInAttributes({ attribs }: Element): boolean {
  for (const [name, value] of Object.entries(attribs)) {
    if (!value.includes("&")) continue;
    const read = value.includes('"') ? undefined : elements(load(`<a title="${value}">`))[0]?.attribs["title"];
    if (read === undefined) return false;
    attribs[name] = read;
  }
  return true;
}
