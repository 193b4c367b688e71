// Pages of any number of papers, made of the invented ones in fixtures/: each copy gets an id of its own, in data and card.
import { readFileSync } from "node:fs";

const ENTITIES = { "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const decode = (text) => text.replaceAll(/&(?:quot|#39|lt|gt|amp);/g, (entity) => ENTITIES[entity]);
const encode = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const idOf = (index) => `2610.${String(30_000 + index).padStart(5, "0")}`;

/** The HTML of a day's page with so many papers. */
export function pageOf(papers) {
  const body = readFileSync(new URL("../fixtures/pages/daily.html", import.meta.url), "utf8");
  const [, props] = /data-target="DailyPapers" data-props="([^"]*)"/.exec(body);
  const data = JSON.parse(decode(props));
  const cards = [...body.matchAll(/<article[\s\S]*?<\/article>/g)].map(([card]) => card);
  const many = (list, write) =>
    Array.from({ length: papers }, (_, index) => write(list[index % list.length], index % list.length, idOf(index)));
  const ids = data.dailyPapers.map(({ paper }) => paper.id);
  data.dailyPapers = many(data.dailyPapers, (entry, place, id) =>
    JSON.parse(JSON.stringify(entry).replaceAll(ids[place], id)),
  );
  const articles = many(cards, (card, place, id) => card.replaceAll(ids[place], id)).join("\n");
  const first = body.indexOf(cards[0]);
  const last = body.indexOf(cards.at(-1)) + cards.at(-1).length;
  return (body.slice(0, first) + articles + body.slice(last)).replace(props, () => encode(JSON.stringify(data)));
}
