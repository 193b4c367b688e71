// The search of the static archive (`paperboy archive build`). The index is a file; nothing that is typed leaves the browser.
const LIMIT = 50;
const results = document.getElementById("results");
const query = (new URLSearchParams(location.search).get("q") ?? "").trim();

/** Ignores case and the marks of Latin, Greek and Cyrillic letters, as the index does. */
function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, "$1")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFC");
}

const wordsIn = (text) => fold(text).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:\.\p{N}+)*/gu) ?? [];

/** Returns the texts that a paper must contain: phrases in quotation marks, and words, the last of which may be a prefix. */
function partsOf(text) {
  const phrases = [...text.matchAll(/"([^"]*)"/g)].map(([, phrase]) => wordsIn(phrase)).filter((words) => words.length > 0);
  const rest = text.replace(/"[^"]*"/g, " ");
  const words = wordsIn(rest);
  const isPrefix = words.length > 0 && !/\s$/.test(rest);
  return [
    ...phrases.map((phrase) => ` ${phrase.join(" ")} `),
    ...words.map((word, index) => (isPrefix && index === words.length - 1 ? ` ${word}` : ` ${word} `)),
  ];
}

function element(name, { text, href, className }, children = []) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (href !== undefined) made.href = href;
  if (className !== undefined) made.className = className;
  made.append(...children);
  return made;
}

function entry({ title, url, authors, excerpt, edition }) {
  return element("li", {}, [
    element("h2", { className: "title" }, [element("a", { text: title, href: url })]),
    ...(authors ? [element("p", { text: authors, className: "byline" })] : []),
    ...(excerpt ? [element("p", { text: excerpt, className: "abstract" })] : []),
    ...(edition ? [element("p", { className: "small" }, [element("a", { text: edition.label, href: edition.url })])] : []),
  ]);
}

async function search() {
  document.getElementById("q").value = query;
  const parts = partsOf(query);
  if (parts.length === 0) return;
  const papers = await (await fetch(results.dataset.index)).json();
  const isIn = (text) => parts.every((part) => ` ${text} `.includes(part));
  const found = papers.filter(({ titleWords, words }) => isIn(`${titleWords} ${words}`));
  // The index is ordered newest first, and the sort keeps that order.
  found.sort((one, other) => Number(isIn(other.titleWords)) - Number(isIn(one.titleWords)));
  const { nothing, one, other } = results.dataset;
  const count = found.length === 1 ? one : other.replace(/\d+/, found.length.toLocaleString(document.documentElement.lang));
  const said = found.length === 0 ? nothing.replace("%", query) : count;
  const status = element("p", { text: said, className: "intro" });
  status.setAttribute("role", "status");
  results.replaceChildren(status, element("ol", { className: "entries" }, found.slice(0, LIMIT).map(entry)));
}

if (query !== "") void search();
