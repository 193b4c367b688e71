// Pages of any number of invented papers, with the structure and size of real ones. Averages of five real days of 2026: 13.9 KB
// per paper (half of it the card, with 115 tags), 1,450 characters of abstract, 220 of summary, 78 of title, 8 authors. One text in
// ten contains TeX, without the dollar signs, which the site removes.
import { readFileSync } from "node:fs";

const ENTITIES = { "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const decode = (text) => text.replaceAll(/&(?:quot|#39|lt|gt|amp);/g, (entity) => ENTITIES[entity]);
const encode = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const idOf = (index) => `2610.${String(30_000 + index).padStart(5, "0")}`;

const WORDS = (
  "lantern harbour newspaper courier letterbox ribbon orchard window agent model policy reward token gradient camera gesture " +
  "sparse robust gentle patient folded distant local narrow careful early shared learned quiet sudden northern woven " +
  "delivers predicts folds measures compares carries reads finds keeps sorts improves explains follows returns reaches opens " +
  "across between under within beside without through against towards the a of and for with from over on in"
).split(" ");

/** Samples of TeX, for about one text in ten. */
const TEX = [
  "by 12.5\\% over",
  "a 4times gain with",
  "of length O(n log n) and",
  "from top_k to",
  "at sim30\\% of",
  "L_2 and",
];

/** Returns a pseudo-random generator with a fixed seed. */
function randomFrom(seed) {
  let state = seed + 1;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Returns sentences of invented prose. */
function prose(seed, characters) {
  const below = randomFrom(seed);
  const sentences = [];
  let length = 0;
  while (length < characters) {
    const words = Array.from({ length: 9 + below(14) }, () => WORDS[below(WORDS.length)]);
    const sentence = `${words[0][0].toUpperCase()}${words.join(" ").slice(1)}.`;
    sentences.push(sentence);
    length += sentence.length + 1;
  }
  const text = sentences.join(" ");
  return seed % 10 === 3 ? text.replace(". ", `, ${TEX[below(TEX.length)]} the rest. `) : text;
}

function title(seed) {
  const below = randomFrom(seed * 7);
  const words = Array.from({ length: 10 }, () => WORDS[below(48)]).map((word) => word[0].toUpperCase() + word.slice(1));
  return `${words[0]}${words[1]}: ${words.slice(2).join(" ")}`;
}

/** Returns the HTML of a day's page with `count` papers. */
export function pageOf(papers) {
  const body = readFileSync(new URL("../fixtures/pages/daily.html", import.meta.url), "utf8");
  const [, props] = /data-target="DailyPapers" data-props="([^"]*)"/.exec(body);
  const data = JSON.parse(decode(props));
  const cards = [...body.matchAll(/<article[\s\S]*?<\/article>/g)].map(([card]) => card);
  const samples = data.dailyPapers.map((entry, place) => ({ entry, card: cards[place] }));
  const many = Array.from({ length: papers }, (_, index) => copyOf(samples[index % samples.length], index));
  data.dailyPapers = many.map(({ entry }) => entry);
  const articles = many.map(({ card }) => card).join("\n");
  const first = body.indexOf(cards[0]);
  const last = body.indexOf(cards.at(-1)) + cards.at(-1).length;
  return (body.slice(0, first) + articles + body.slice(last)).replace(props, () => encode(JSON.stringify(data)));
}

/** Returns a copy of the sample with a different id and text. */
function copyOf({ entry, card }, index) {
  const own = title(index);
  const copy = JSON.parse(JSON.stringify(entry).replaceAll(entry.paper.id, idOf(index)));
  const abstract = prose(index * 3, 1400);
  Object.assign(copy, { title: own, summary: abstract });
  Object.assign(copy.paper, { title: own, summary: abstract });
  if (copy.paper.ai_summary) copy.paper.ai_summary = prose(index * 3 + 1, 180);
  return { entry: copy, card: cardLike(card, { from: entry, to: copy }) };
}

/** Returns the card with icons, which the fixture lacks. They make up half the size of a real card. */
function cardLike(card, { from, to }) {
  const curve = `<path fill="currentColor" d="${"M12.5 3.2c1.4-.8 2.9.3 3.1 1.9".repeat(22)}"></path><path d="M0 0h24v24"></path>`;
  return card
    .replaceAll(from.paper.id, to.paper.id)
    .replace(/(<h3[^>]*><a [^>]*>)[^<]*/, (_, before) => before + encode(to.title))
    .replaceAll("</svg>", `${curve}</svg>`);
}
