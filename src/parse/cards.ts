import type { CheerioAPI } from "cheerio/slim";
import type { PageKind } from "../core/model.js";
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
  const all = new Set<Node>($("article").toArray());
  const outermost = articles.toArray().filter((article) => cardAround(article, all) === null);
  const firstOf = firstInEach($, new Set(outermost));
  return outermost.map((article) => ({
    kind,
    find: (selector, attribute) => {
      const element = firstOf(selector).get(article);
      if (element === undefined) return null;
      return attribute ? ($(element).attr(attribute) ?? null) : $(element).text();
    },
  }));
}

type Node = ReturnType<ReturnType<CheerioAPI["root"]>["contents"]>[number];

/**
 * The first element in each card that a selector finds. Every selector is asked of the whole page once: compiling it for
 * each card took longer than reading the page.
 */
function firstInEach($: CheerioAPI, cards: ReadonlySet<Node>): (selector: string) => ReadonlyMap<Node, Node> {
  const known = new Map<string, ReadonlyMap<Node, Node>>();
  return (selector) => {
    const asked = known.get(selector);
    if (asked) return asked;
    const found = new Map<Node, Node>();
    // All of the selector is met inside a card, not only the element that it ends in.
    for (const element of $(`article ${selector}`).toArray()) {
      const card = cardAround(element, cards);
      if (card && !found.has(card)) found.set(card, element);
    }
    known.set(selector, found);
    return found;
  };
}

/** No card stands in another. */
function cardAround(element: Node, cards: ReadonlySet<Node>): Node | null {
  let around = element.parent;
  while (around !== null && !cards.has(around)) around = around.parent;
  return around;
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
