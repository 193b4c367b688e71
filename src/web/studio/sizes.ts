import { load } from "cheerio/slim";
import type { Letter } from "../../core/model.js";
import { BUDGET, encodedBytes } from "../../render/budget.js";
import { elements } from "../../render/checks/elements.js";

/** A part of the HTML and its size. */
interface SizePart {
  readonly name: string;
  readonly bytes: number;
}

/** A size limit and the part of it that is used. */
interface SizeLimit {
  readonly name: string;
  readonly bytes: number;
  readonly most: number;
}

/** Sizes of a letter in bytes of UTF-8, or of the transfer encoding where a name says `encoded`. */
export interface Sizes {
  readonly limits: readonly SizeLimit[];
  /** The HTML part by component; the sizes add up to the whole. */
  readonly parts: readonly SizePart[];
  /** Bytes in `style` attributes, which are also counted in `parts`. */
  readonly inlineStyles: number;
  readonly textEncoded: number;
}

/**
 * Measures a letter.
 * @param empty the same letter without papers, to compute the size of the papers for any template; null if not available.
 */
export function measureSizes(letter: Letter, empty: Letter | null): Sizes {
  const $ = load(letter.html);
  const total = Buffer.byteLength(letter.html);
  const papers = empty === null ? 0 : Math.max(0, total - Buffer.byteLength(empty.html));
  const style = sum($("style").toArray(), (element) => Buffer.byteLength($.html(element)));
  const footer = Buffer.byteLength($.html($("[role=contentinfo], footer").first()));
  return {
    limits: [
      { name: "HTML part", bytes: total, most: BUDGET.html },
      { name: "HTML part, encoded", bytes: encodedBytes(letter.html), most: BUDGET.htmlEncoded },
      { name: "Text part", bytes: Buffer.byteLength(letter.text), most: BUDGET.text },
    ],
    parts: [
      { name: "papers", bytes: papers },
      { name: "style sheet", bytes: style },
      { name: "footer", bytes: footer },
      { name: "other", bytes: Math.max(0, total - papers - style - footer) },
    ],
    inlineStyles: sum(elements($), ({ attribs }) => Buffer.byteLength(attribs["style"] ?? "")),
    textEncoded: encodedBytes(letter.text),
  };
}

function sum<T>(items: readonly T[], weight: (item: T) => number): number {
  return items.reduce((total, item) => total + weight(item), 0);
}
