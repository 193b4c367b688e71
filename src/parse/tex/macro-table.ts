import { LETTER_COMMANDS } from "./accents.js";
import { writeScript } from "./scripts.js";

/** A command in running text: its number of `{...}` arguments and the text that replaces it. */
export interface TextMacro {
  readonly arguments: 0 | 1 | 2;
  readonly write: (first: string, second: string) => string;
  /** Set if the result contains an address, which later steps must not change. */
  readonly address?: true;
}

const ARGUMENT: TextMacro = { arguments: 1, write: (text) => text };
/** The result of a command that is dropped together with the space before it, such as a reference. */
export const NOTHING = "";
const DROPPED: TextMacro = { arguments: 1, write: () => NOTHING };
const REMOVED: TextMacro = { arguments: 0, write: () => "" };
const SPACE: TextMacro = { arguments: 0, write: () => " " };
const FIRST: TextMacro = { arguments: 2, write: (text) => text };
const SECOND: TextMacro = { arguments: 2, write: (_, text) => text };
/** The start of an environment becomes a space. */
const BEGIN: TextMacro = { arguments: 1, write: () => " " };

/** The `\ding` characters that papers use: check marks and crosses. */
const DINGBATS: Readonly<Record<string, string>> = { "51": "✓", "52": "✔", "53": "✕", "54": "✖", "55": "✗", "56": "✘" };

/**
 * Macros for the name of the authors' own method, model or data, which the site does not expand. The name is lost, so the macro
 * becomes `our method` and the like. Other macros of authors stay unchanged.
 */
export const OWN_WORK: Readonly<Record<string, string>> = {
  ours: "method",
  our: "method",
  ourmethod: "method",
  ourapproach: "approach",
  ourmodel: "model",
  oursystem: "system",
  ourframework: "framework",
  ourbench: "benchmark",
  ourbenchmark: "benchmark",
  ourdataset: "dataset",
  ourdata: "dataset",
  method: "method",
  methodname: "method",
  model: "model",
  modelname: "model",
  sysname: "system",
  system: "system",
  framework: "framework",
  benchmark: "benchmark",
  benchname: "benchmark",
  dataset: "dataset",
  datasetname: "dataset",
};

/** Every known command in running text. */
export const MACROS: ReadonlyMap<string, TextMacro> = new Map([
  ...all(
    "textbf textit emph textsc texttt textrm textsf textsl textup textmd textnormal text underline uline ul mbox hbox fbox uppercase lowercase textlf detokenize num makebox hl st sout textquote section subsection paragraph subparagraph title centerline oldstylenums lstinline code path",
    ARGUMENT,
  ),
  ...all(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar autocite parencite textcite ref eqref autoref cref Cref pageref label thanks vspace hspace index footnotemark nocite input bibliography bibliographystyle vskip hskip color end",
    DROPPED,
  ),
  ...all(
    "xspace noindent bf it em sc tt rm sf sl bfseries itshape scshape ttfamily large Large small footnotesize tiny normalsize boldmath centering maketitle protect unskip ignorespaces null relax selectfont smallskip medskip bigskip",
    REMOVED,
  ),
  ...all("newline linebreak par quad qquad space thinspace enspace newpage hfill item", SPACE),
  ...all("begin", BEGIN),
  ...all("texorpdfstring", FIRST),
  ...all("textcolor colorbox scalebox raisebox", SECOND),
  ...all("SI qty", { arguments: 2, write: (number, unit) => (unit === "%" ? `${number}%` : `${number} ${unit}`) }),
  ...all("enquote", { arguments: 1, write: (text) => `“${text}”` }),
  ...Object.entries({
    LaTeX: "LaTeX",
    TeX: "TeX",
    BibTeX: "BibTeX",
    ldots: "…",
    dots: "…",
    textellipsis: "…",
    textendash: "–",
    textemdash: "—",
    textquoteleft: "‘",
    textquoteright: "’",
    textquotedblleft: "“",
    textquotedblright: "”",
    textbackslash: "\\",
    textasciitilde: "~",
    textasciicircum: "^",
    textunderscore: "_",
    textgreater: ">",
    textless: "<",
    textbar: "|",
    textbullet: "•",
    textperiodcentered: "·",
    textdegree: "°",
    degree: "°",
    textmu: "µ",
    texttimes: "×",
    textpm: "±",
    textregistered: "®",
    texttrademark: "™",
    textcopyright: "©",
    copyright: "©",
    pounds: "£",
    euro: "€",
    texteuro: "€",
    textdollar: "$",
    dag: "†",
    ddag: "‡",
    eg: "e.g.",
    ie: "i.e.",
    etal: "et al.",
    etc: "etc.",
    wrt: "w.r.t.",
    vs: "vs.",
    cf: "cf.",
    iid: "i.i.d.",
    aka: "a.k.a.",
    resp: "resp.",
    percent: "%",
    cmark: "✓",
    xmark: "✗",
    checkmark: "✓",
    guillemotleft: "«",
    guillemotright: "»",
    nobreakspace: " ",
    slash: "/",
    textasteriskcentered: "*",
    textrightarrow: "→",
    textleftarrow: "←",
    textuparrow: "↑",
    textdownarrow: "↓",
    ...LETTER_COMMANDS,
  }).map(([name, text]): [string, TextMacro] => [name, { arguments: 0, write: () => text }]),
  ["url", { arguments: 1, write: (address) => address, address: true }],
  ["href", { arguments: 2, write: writeLink, address: true }],
  ["footnote", { arguments: 1, write: (note) => ` (${note.trim()})` }],
  ["ding", { arguments: 1, write: (number) => DINGBATS[number] ?? "" }],
  ["textsuperscript", { arguments: 1, write: (text) => writeScript("sup", text) }],
  ["textsubscript", { arguments: 1, write: (text) => writeScript("sub", text) }],
]);

/** The text for `\X` where X is not a letter. Other escapes, such as `\/`, `\@` and `\|`, stay unchanged. */
export const ESCAPES: Readonly<Record<string, string>> = {
  "%": "%",
  "&": "&",
  "#": "#",
  _: "_",
  "{": "{",
  "}": "}",
  $: "$",
  "\\": " ",
  " ": " ",
  ",": " ",
  ";": " ",
  ":": " ",
  "!": "",
};

function all(names: string, macro: TextMacro): [string, TextMacro][] {
  return names.split(" ").map((name) => [name, macro]);
}

/** Writes a link as `text (address)`, or only as the address if the text adds nothing. */
export function writeLink(address: string, words: string): string {
  const text = words.trim();
  const isUseful =
    text !== "" &&
    withoutScheme(text) !== withoutScheme(address) &&
    !/^(?:this|here|link|url|this (?:https? )?(?:url|link))$/i.test(text);
  return isUseful ? `${text} (${address})` : address;
}

function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\/(?:www\.)?|\/+$/g, "");
}
