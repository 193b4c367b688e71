import type { CheerioAPI } from "cheerio/slim";
import { FIELDS } from "./fields.js";
import type { Card } from "./fields.js";
import { LIMITS } from "./limits.js";
import type { Entry } from "./paper.js";

/**
 * Returns the cards of a list page in order. An `article` inside another one is not a card of its own.
 * @returns null for more articles than `LIMITS.entries`.
 */
export function findCards($: CheerioAPI, { kind, readAt }: Pick<Card, "kind" | "readAt">): readonly Card[] | null {
  const list = $('[data-target="DailyPapers"]');
  const articles = list.length > 0 ? list.find("article") : $("article");
  if (articles.length > LIMITS.entries) return null;
  const all = new Set<Node>($("article").toArray());
  const outermost = articles.toArray().filter((article) => cardAround(article, all) === null);
  const firstOf = firstInEach($, new Set(outermost));
  return outermost.map((article) => ({
    kind,
    readAt,
    find: (selector, { attribute, shape } = {}) => {
      const element = firstOf(selector, shape).get(article);
      if (element === undefined) return null;
      return attribute ? ($(element).attr(attribute) ?? null) : $(element).text();
    },
  }));
}

type Node = ReturnType<ReturnType<CheerioAPI["root"]>["contents"]>[number];

/**
 * Returns a function that finds the first match of a selector in each card. Each selector runs once over the whole page: compiling
 * it for every card took longer than parsing the page.
 */
function firstInEach($: CheerioAPI, cards: ReadonlySet<Node>) {
  const known = new Map<string, ReadonlyMap<Node, Node>>();
  return (selector: string, shape?: RegExp): ReadonlyMap<Node, Node> => {
    const key = `${selector} ${shape?.source ?? ""}`;
    const cached = known.get(key);
    if (cached) return cached;
    const found = new Map<Node, Node>();
    // The whole selector must match inside a card, not only its last element.
    for (const element of $(`article ${selector}`).toArray()) {
      const card = cardAround(element, cards);
      if (card && !found.has(card) && (!shape || shape.test($(element).text().trim()))) found.set(card, element);
    }
    known.set(key, found);
    return found;
  };
}

/** Returns the card around an element. Cards do not nest. */
function cardAround(element: Node, cards: ReadonlySet<Node>): Node | null {
  let around = element.parent;
  while (around !== null && !cards.has(around)) around = around.parent;
  return around;
}

/** Returns the values that a card renders for each field. */
export function cardEntry(card: Card): Entry {
  return (name) => {
    const source = FIELDS[name].card;
    if (!source || (source.kinds && !source.kinds.includes(card.kind))) return [];
    for (const selector of source.at) {
      const rendered = card.find(selector, source);
      if (rendered !== null && rendered.trim() !== "") {
        return [source.convert ? source.convert(rendered, card) : rendered];
      }
    }
    return [source.absent];
  };
}
