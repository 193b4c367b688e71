import type { CheerioAPI } from "cheerio/slim";
import type { PageKind } from "../model.js";
import { FIELDS } from "./fields.js";
import type { Card } from "./fields.js";
import { LIMITS } from "./limits.js";
import type { Entry } from "./paper.js";

/**
 * The cards of a list page, in order; an `article` inside another one is part of it.
 * @returns null when there are more articles than any page has.
 */
export function findCards($: CheerioAPI, kind: PageKind): readonly Card[] | null {
  const list = $('[data-target="DailyPapers"]');
  const articles = list.length > 0 ? list.find("article") : $("article");
  if (articles.length > LIMITS.entries) return null;
  const outermost = articles.filter((_, article) => $(article).parent().closest("article").length === 0);
  return outermost.toArray().map((article) => ({
    kind,
    find: (selector, attribute) => {
      const found = $(article).find(selector).first();
      if (found.length === 0) return null;
      return attribute ? (found.attr(attribute) ?? null) : found.text();
    },
  }));
}

/** What a card shows of a field. */
export function cardEntry(card: Card): Entry {
  return (name) => {
    const place = FIELDS[name].card;
    if (!place || (place.on && !place.on.includes(card.kind))) return [];
    for (const selector of place.at) {
      const shown = card.find(selector, place.take);
      if (shown !== null && shown.trim() !== "") return [place.read ? place.read(shown, card) : shown];
    }
    return [place.absent];
  };
}
