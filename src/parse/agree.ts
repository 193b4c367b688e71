import type { Page, Reading } from "../core/model.js";
import { isJson, isWhole } from "./body.js";
import { cardEntry } from "./cards.js";
import { crossCheck } from "./cross-check.js";
import { readData, serve } from "./data.js";
import type { ParseOptions } from "./data.js";
import { isUsable, readDraft } from "./draft.js";
import type { Draft } from "./draft.js";
import type { Card } from "./fields.js";
import { cluesIn } from "./header.js";
import type { Header } from "./header.js";
import { readList } from "./hydration.js";
import { LIMITS } from "./limits.js";
import { readPlainPage } from "./plain-page.js";
import type { PlainElement } from "./plain-page.js";
import { elementsIn, testFor, textOf, valueOf } from "./plain-select.js";
import { sliceData } from "./slice.js";

/**
 * Reads a list page whose cards show just what its data says, as nearly every page's do, without reading it as a document:
 * that, and asking it by selectors, takes most of the time of a new process.
 * @returns null for any other page, and for one that is written in an unusual way: it has to be read whole (page.ts), which
 *   finds the same of the pages that are read here.
 */
export function parseAgreeing(page: Page, { site, kind, now }: ParseOptions): Reading | null {
  if (isJson(page) || !isWhole(page.body)) return null;
  const slice = sliceData(page.body);
  // Masked addresses are undone in a document alone.
  const plain = slice === null || /data-cfemail|cdn-cgi/i.test(slice.rest) ? null : readPlainPage(slice.rest);
  if (slice === null || plain === null) return null;
  const clues = cluesIn(plain, { url: page.url, asked: kind ?? null });
  const data = readData(readList(slice.data), clues, site);
  if (!isUsable(data) || data.papers.length === 0) return null;
  const cards = readCards(plain.cards, data.header, site);
  const isAgreed = cards !== null && [...cards.drift, ...cards.skipped, ...crossCheck(data, cards)].length === 0;
  return isAgreed ? serve(data, { url: page.url ?? clues.canonical, now }) : null;
}

function readCards(cards: readonly PlainElement[], header: Header, site: string): Draft | null {
  if (cards.length === 0 || cards.length > LIMITS.entries) return null;
  const entries = cards.map((card) => cardEntry(plainCard(card, header)));
  return readDraft({ reader: "cards", header, site, entries });
}

function plainCard(card: PlainElement, { kind }: Header): Card {
  const elements = elementsIn(card);
  return {
    kind,
    find: (selector, attribute) => {
      const element = elements.find(testFor(selector));
      if (element === undefined) return null;
      return attribute ? (valueOf(element, attribute) ?? null) : textOf(element);
    },
  };
}
