// How well `order: interests` finds what a reader would have picked. A simulated reader likes some papers that the site tagged with one
// keyword; each later day that has such papers is ranked; a paper counts if it carries the keyword. Papers are compared by title and
// abstract alone; with --keywords also by the site's keywords, without the one that counts. The label is never part of the text.
//
//     node bench/interests.js FILE.jsonl.gz [--json] [--keywords] [--readers fixed|rolling] [--draws N]
//
// FILE has one paper per line: {"day","id","title","abstract","upvotes","keywords"}. The last 40% of its days are test days.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { comparisonOf } from "../dist/rank/closeness.js";
import { inOrder } from "../dist/rank/order.js";
import { termsOf, isPair } from "../dist/rank/terms.js";
import { DEFAULT_VIEW } from "../dist/rank/view.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    keywords: { type: "boolean", default: false },
    readers: { type: "string", default: "both" },
    draws: { type: "string", default: "1" },
  },
});
const [file] = positionals;
if (file === undefined) throw new Error("Name the file of papers: node bench/interests.js FILE.jsonl.gz");

const LIKED = [3, 10, 30];
const TEST_SHARE = 0.4;
/** A keyword needs so many papers on test days to be an interest. */
const LEAST_RELEVANT = 10;
/** Readers per keyword, each with another choice of liked papers. */
const DRAWS = Number(flags.draws);

const bytes = readFileSync(file);
const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
const papers = text
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => {
    const paper = JSON.parse(line);
    const keywords = paper.keywords ?? [];
    return { ...paper, keywords, labels: new Set(keywords.map((keyword) => keyword.toLowerCase())) };
  });
const days = [...new Set(papers.map(({ day }) => String(day)))].toSorted();
const firstTestDay = days[Math.floor(days.length * (1 - TEST_SHARE))];
const byDay = new Map(days.map((day) => [day, papers.filter((paper) => paper.day === day)]));

/** Returns a generator of numbers from 0 to 1 with a seed (FNV-1a and xorshift), so that every run draws the same. */
function random(seed) {
  let state = 2_166_136_261;
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 16_777_619);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function draw(list, count, seed) {
  const next = random(seed);
  return list
    .map((item) => ({ item, order: next() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ item }) => item);
}

/** Returns the papers of a test day to rank, with what the reader likes and the papers that count, one entry per reader and day. */
function casesFor(count, kind) {
  const byLabel = new Map();
  for (const paper of papers) {
    for (const label of paper.labels) byLabel.set(label, [...(byLabel.get(label) ?? []), paper]);
  }
  const cases = [];
  for (const [label, tagged] of byLabel) {
    const later = tagged.filter(({ day }) => day >= firstTestDay);
    if (later.length < LEAST_RELEVANT) continue;
    for (const day of new Set(later.map((paper) => paper.day))) {
      // Fixed readers like papers of the days before all test days; rolling ones, of any day before the one that is ranked.
      const earlier = tagged.filter((paper) => paper.day < (kind === "fixed" ? firstTestDay : day));
      if (earlier.length < count) continue;
      for (let reader = 0; reader < (kind === "fixed" ? DRAWS : 1); reader += 1) {
        const liked = draw(earlier, count, `${label} ${reader} ${kind === "fixed" ? "" : day}`);
        const relevant = new Set(later.filter((paper) => paper.day === day).map(({ id }) => id));
        cases.push({ label, reader, day, liked, relevant });
      }
    }
  }
  return cases;
}

/** Removes the label from the keywords of a paper. */
function hideLabel({ keywords, ...paper }, label) {
  const others = keywords.filter((keyword) => keyword.toLowerCase() !== label);
  return { ...paper, keywords: flags.keywords ? others : [] };
}

/** Unit TF-IDF vectors over words, for the references. The background are the papers before the test days. */
const frequencies = new Map();
const before = papers.filter(({ day }) => day < firstTestDay);
const wordsOf = ({ title, abstract }) => [...termsOf([title, abstract]).counts].filter(([term]) => !isPair(term));
for (const paper of before)
  for (const [term] of wordsOf(paper)) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
const vectors = new Map();
function vectorOf(paper) {
  if (vectors.has(paper.id)) return vectors.get(paper.id);
  const weighted = wordsOf(paper).map(([term, count]) => {
    const rarity = Math.log((before.length + 1) / ((frequencies.get(term) ?? 0) + 1)) + 1;
    return [term, (1 + Math.log(count)) * rarity];
  });
  const length = Math.hypot(...weighted.map(([, weight]) => weight));
  vectors.set(paper.id, new Map(weighted.map(([term, weight]) => [term, weight / length])));
  return vectors.get(paper.id);
}
function dot(a, b) {
  let sum = 0;
  for (const [term, weight] of a) sum += weight * (b.get(term) ?? 0);
  return sum;
}
function sumOf(all) {
  const sum = new Map();
  for (const vector of all) for (const [term, weight] of vector) sum.set(term, (sum.get(term) ?? 0) + weight);
  return sum;
}

const byScore = (listed, score) =>
  listed
    .map((paper) => ({ paper, score: score(paper) }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ paper }) => paper.id);

const comparisons = new Map();
/** Returns the papers of a day without the label, prepared once for all readers who share them. */
function comparisonOn(day, label) {
  const key = flags.keywords ? `${day} ${label}` : day;
  if (!comparisons.has(key)) {
    const listed = byDay.get(day).map((paper) => hideLabel(paper, label));
    comparisons.set(key, { listed, comparison: comparisonOf(listed) });
  }
  return comparisons.get(key);
}

const VIEW = { ...DEFAULT_VIEW, order: "interests", interests: ["*"] };
let milliseconds = 0;
let compared = 0;

const METHODS = {
  random: ({ label, day, listed }) => {
    const next = random(`${label} ${day}`);
    return byScore(listed, () => next());
  },
  votes: ({ listed }) => byScore(listed, ({ upvotes }) => upvotes),
  nearest: ({ listed, liked }) =>
    byScore(listed, (paper) => Math.max(...liked.map((like) => dot(vectorOf(like), vectorOf(paper))))),
  centroid: ({ listed, liked }) => {
    const sum = sumOf(liked.map(vectorOf));
    return byScore(listed, (paper) => dot(vectorOf(paper), sum));
  },
  paperboy: ({ listed, liked, comparison }) => {
    const start = performance.now();
    const closeness = comparison.closenessTo(liked.map(({ title, abstract }) => ({ title, abstract })));
    const order = inOrder(listed, VIEW, { closeness }).map(({ paper }) => paper.id);
    milliseconds += performance.now() - start;
    compared += listed.length;
    return order;
  },
};

function recallAt(most, order, relevant) {
  return order.slice(0, most).filter((id) => relevant.has(id)).length / relevant.size;
}
function gain(found) {
  return found.reduce((sum, isFound, index) => sum + (isFound ? 1 / Math.log2(index + 2) : 0), 0);
}
function gainAt(most, order, relevant) {
  const best = Array.from({ length: Math.min(most, relevant.size) }, () => true);
  return gain(order.slice(0, most).map((id) => relevant.has(id))) / gain(best);
}

const results = [];
for (const readers of flags.readers === "both" ? ["fixed", "rolling"] : [flags.readers]) {
  for (const liked of LIKED) {
    const cases = casesFor(liked, readers).toSorted(
      (a, b) => a.day.localeCompare(b.day) || a.label.localeCompare(b.label),
    );
    const sums = Object.fromEntries(Object.keys(METHODS).map((name) => [name, { recall: 0, gain: 0 }]));
    for (const one of cases) {
      const parts = { ...one, ...comparisonOn(one.day, one.label) };
      for (const [name, method] of Object.entries(METHODS)) {
        const order = method(parts);
        sums[name].recall += recallAt(5, order, one.relevant);
        sums[name].gain += gainAt(10, order, one.relevant);
      }
    }
    for (const [method, { recall, gain }] of Object.entries(sums)) {
      results.push({
        readers,
        liked,
        method,
        recallAt5: recall / cases.length,
        ndcgAt10: gain / cases.length,
        keywords: new Set(cases.map(({ label }) => label)).size,
        cases: cases.length,
      });
    }
  }
}
const perPaper = milliseconds / compared;
if (flags.json) console.log(JSON.stringify({ firstTestDay, results, millisecondsPerPaper: perPaper }, null, 2));
else {
  console.log(`${papers.length} papers, ${days.length} days, test days from ${firstTestDay}\n`);
  for (const { readers, liked, method, recallAt5, ndcgAt10, keywords, cases } of results) {
    if (method === "random")
      console.log(`${readers} readers who like ${liked} papers: ${keywords} keywords, ${cases} rankings`);
    console.log(`  ${method.padEnd(9)} recall at 5 ${recallAt5.toFixed(3)}  nDCG at 10 ${ndcgAt10.toFixed(3)}`);
  }
  console.log(`\n${perPaper.toFixed(3)} ms per paper and view`);
}
