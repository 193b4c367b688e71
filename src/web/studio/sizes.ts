import { load } from "cheerio/slim";
import type { Letter } from "../../core/model.js";
import { BUDGET } from "../../render/budget.js";
import { elements } from "../../render/checks/elements.js";
import { bytes, encodedBytes } from "../../render/size.js";

/** One part of the HTML and what it takes. */
interface SizePart {
  readonly name: string;
  readonly bytes: number;
}

/** One limit and how much of it is used. */
interface SizeLimit {
  readonly name: string;
  readonly bytes: number;
  readonly most: number;
}

/** What a letter weighs, part by part. Bytes of UTF-8 unless a name says `encoded`. */
export interface Sizes {
  readonly limits: readonly SizeLimit[];
  /** The HTML part, divided; together they are all of it. */
  readonly parts: readonly SizePart[];
  /** Bytes in `style` attributes; they are in the parts already. */
  readonly inlineStyles: number;
  readonly textEncoded: number;
}

/**
 * Weighs a letter.
 * @param bare the same letter without papers, which tells what the papers take whatever the template; null when there is none.
 */
export function weigh(letter: Letter, bare: Letter | null): Sizes {
  const $ = load(letter.html);
  const total = bytes(letter.html);
  const papers = bare === null ? 0 : Math.max(0, total - bytes(bare.html));
  const style = sum($("style").toArray(), (element) => bytes($.html(element)));
  const footer = bytes($.html($("[role=contentinfo], footer").first()));
  return {
    limits: [
      { name: "HTML part", bytes: total, most: BUDGET.html },
      { name: "HTML part, encoded", bytes: encodedBytes(letter.html), most: BUDGET.htmlEncoded },
      { name: "Text part", bytes: bytes(letter.text), most: BUDGET.text },
    ],
    parts: [
      { name: "papers", bytes: papers },
      { name: "style sheet", bytes: style },
      { name: "footer", bytes: footer },
      { name: "all else", bytes: Math.max(0, total - papers - style - footer) },
    ],
    inlineStyles: sum(elements($), ({ attribs }) => bytes(attribs["style"] ?? "")),
    textEncoded: encodedBytes(letter.text),
  };
}

function sum<T>(items: readonly T[], weight: (item: T) => number): number {
  return items.reduce((total, item) => total + weight(item), 0);
}
