#!/usr/bin/env node
// Translates titles and summaries with LibreTranslate (https://libretranslate.com), which runs on your own machine. It needs Node alone.
// See docs/enrich.md.
//
//   TRANSLATE_URL      the server (default: http://localhost:5000)
//   TRANSLATE_API_KEY  the key, if the server needs one
//   TRANSLATE_TITLES   0: translate summaries only

const { TRANSLATE_URL, TRANSLATE_API_KEY, TRANSLATE_TITLES } = process.env;
const endpoint = `${(TRANSLATE_URL || "http://localhost:5000").replace(/\/+$/, "")}/translate`;
const withTitles = TRANSLATE_TITLES !== "0";

/** Texts per request. */
const BATCH = 20;

const { papers, language } = JSON.parse(await readInput());
if (!language) {
  process.stderr.write("set `enrich.language`, such as de or ko\n");
  process.exit(2);
}

const texts = papers.flatMap(({ id, title, abstract, summary }) => [
  ...(withTitles ? [{ id, key: "title", text: title }] : []),
  { id, key: "summary", text: summary ?? firstSentences(abstract ?? "") },
]);
const wanted = texts.filter(({ text }) => text !== "");
const answers = new Map(papers.map(({ id }) => [id, { id }]));
for (let from = 0; from < wanted.length; from += BATCH) {
  const batch = wanted.slice(from, from + BATCH);
  const translated = await translate(batch.map(({ text }) => text));
  for (const [index, { id, key }] of batch.entries()) answers.get(id)[key] = translated[index];
}
process.stdout.write(`${JSON.stringify({ papers: [...answers.values()] })}\n`);

async function translate(q) {
  const body = { q, source: "en", target: language.split("-")[0], format: "text", api_key: TRANSLATE_API_KEY };
  const headers = { "content-type": "application/json" };
  const response = await fetch(endpoint, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${(await response.text()).slice(0, 200)}`);
  const { translatedText } = await response.json();
  if (!Array.isArray(translatedText) || translatedText.length !== q.length)
    throw new Error("the answer has other texts than the request");
  return translatedText;
}

function firstSentences(text) {
  const sentences = [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)];
  return sentences
    .slice(0, 2)
    .map(({ segment }) => segment)
    .join("")
    .trim();
}

async function readInput() {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
  return text;
}
