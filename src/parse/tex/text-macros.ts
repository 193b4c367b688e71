import { LETTER_COMMANDS, replaceAccents } from "./accents.js";
import { mathToText } from "./math.js";
import { writeScript } from "./scripts.js";
import type { Vault } from "./vault.js";

/** Commands of running text. Each says how many `{...}` it takes and what they become. */
interface TextMacro {
  readonly arguments: 0 | 1 | 2;
  readonly write: (first: string, second: string) => string;
  /** What it becomes holds an address, which later steps must not touch. */
  readonly address?: true;
}

const SAME: TextMacro = { arguments: 1, write: (text) => text };
/** Written for a reference that is dropped: the space before it goes too. */
const NOTHING = "";
const DROPPED: TextMacro = { arguments: 1, write: () => NOTHING };
const GONE: TextMacro = { arguments: 0, write: () => "" };
const SPACE: TextMacro = { arguments: 0, write: () => " " };
const SECOND: TextMacro = { arguments: 2, write: (_, text) => text };

const MACROS: ReadonlyMap<string, TextMacro> = new Map([
  ...all(
    "textbf textit emph textsc texttt textrm textsf textsl textup textmd textnormal text underline uline ul mbox hbox fbox uppercase lowercase textlf enquote nolinkurl detokenize",
    SAME,
  ),
  ...all(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar autocite parencite textcite ref eqref autoref cref Cref pageref label thanks vspace hspace index footnotemark nocite input bibliography bibliographystyle vskip hskip begin end",
    DROPPED,
  ),
  ...all(
    "xspace noindent bf it em sc tt rm sf sl bfseries itshape scshape ttfamily large Large small footnotesize tiny normalsize boldmath centering maketitle protect unskip ignorespaces null relax selectfont smallskip medskip bigskip",
    GONE,
  ),
  ...all("newline linebreak par quad qquad space thinspace enspace newpage hfill item", SPACE),
  ...all("textcolor colorbox", SECOND),
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
    ...LETTER_COMMANDS,
  }).map(([name, text]): [string, TextMacro] => [name, { arguments: 0, write: () => text }]),
  ["url", { arguments: 1, write: (address) => address, address: true }],
  ["href", { arguments: 2, write: writeLink, address: true }],
  ["footnote", { arguments: 1, write: (note) => ` (${note.trim()})` }],
  ["textsuperscript", { arguments: 1, write: (text) => writeScript("sup", text) }],
  ["textsubscript", { arguments: 1, write: (text) => writeScript("sub", text) }],
]);

/** `\X` where X is no letter: the character that it writes. `\/`, `\@`, `\|` and the rest stay as typed. */
const ESCAPES: Readonly<Record<string, string>> = {
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

/** `{\bf x}`: the braces go with the command. */
const FONT_GROUP =
  /\{\s?\\(?:bf|it|em|sc|tt|rm|sf|sl|bfseries|itshape|scshape|ttfamily|small|large|tiny)(?![A-Za-z])([^{}]{0,300})\}/g;

const DEEPEST = 8;
const LONGEST_ARGUMENT = 2000;

/** A word and its address, as `word (address)`; the address alone when the word says no more. */
export function writeLink(address: string, words: string): string {
  const text = words.trim();
  const says =
    text !== "" &&
    withoutScheme(text) !== withoutScheme(address) &&
    !/^(?:this|here|link|url|this (?:https? )?(?:url|link))$/i.test(text);
  return says ? `${text} (${address})` : address;
}

function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\/(?:www\.)?|\/+$/g, "");
}

/** Commands of running text made plain: `\textbf{x}`, `5\%`, `Erd\H{o}s`, `\times`. What is not known stays as typed, in the vault. */
export function replaceTextMacros(text: string, vault: Vault, depth = 0): string {
  if (!text.includes("\\")) return text;
  const source = replaceAccents(text).replace(FONT_GROUP, (_, content: string) => content.trim());
  const out: string[] = [];
  let done = 0;
  for (const { index, 0: command } of source.matchAll(/\\(?:[A-Za-z]+\*?|.)/gsu)) {
    if (index < done) continue;
    const { text: written, end } = replaceOne({ source, index, command, vault, depth });
    const before = source.slice(done, index);
    out.push(written === NOTHING ? before.replace(/[ ~]$/, "") : before, written);
    done = end;
  }
  return out.join("") + source.slice(done);
}

interface Command {
  readonly source: string;
  readonly index: number;
  /** With its backslash. */
  readonly command: string;
  readonly vault: Vault;
  readonly depth: number;
}

interface Replaced {
  readonly text: string;
  /** Where the source goes on. */
  readonly end: number;
}

function replaceOne(at: Command): Replaced {
  const { source, index, command, vault, depth } = at;
  const name = command.slice(1).replace(/\*$/, "");
  const end = index + command.length;
  if (Object.hasOwn(ESCAPES, name)) return { text: escaped(name, vault), end };
  const macro = MACROS.get(name);
  if (macro === undefined) return mathCommand(at);
  const groups = readGroups(source, end, macro.arguments);
  if (groups.found.length < macro.arguments || depth >= DEEPEST) return { text: vault.put(command), end };
  const read = groups.found.map((group) => replaceTextMacros(group, vault, depth + 1));
  const [first = "", second = ""] = macro.address ? read.map((part) => vault.restore(part)) : read;
  const written = macro.write(first, second);
  return {
    text: macro.address ? vault.put(written) : written,
    end: macro.arguments === 0 ? afterCommand(source, end, name) : groups.end,
  };
}

/** Signs that later steps would read (`_`, `$`, braces) go to the vault; a space stays a space. */
function escaped(name: string, vault: Vault): string {
  const text = ESCAPES[name] ?? "";
  return /[_{}$#]/.test(text) ? vault.put(text) : text;
}

/** TeX swallows `{}` after a command, and the space after one that stands for a letter: `\o re` is `øre`. */
function afterCommand(source: string, end: number, name: string): number {
  if (source.startsWith("{}", end)) return end + 2;
  if (name === "textasciitilde" && source.charAt(end) === " ") return end + 1;
  return Object.hasOwn(LETTER_COMMANDS, name) && source.charAt(end) === " " && /[a-z]/.test(source.charAt(end + 1))
    ? end + 1
    : end;
}

/** A command of mathematics outside any dollars, with its arguments; `\S 3` is a section, and other single letters may be escapes of code. */
function mathCommand({ source, index, command, vault }: Command): Replaced {
  const end = index + command.length;
  if (!/^\\[A-Za-z]/.test(command)) return { text: vault.put(command), end };
  if (/^\\[A-Za-z]$/.test(command)) {
    const section = command === "\\S" && /^[ ~]?\d/.test(source.slice(end, end + 2));
    return { text: section ? "§" : vault.put(command), end };
  }
  const groups = readGroups(source, end, 3);
  const letter = end + (/^ ?[A-Za-z0-9](?![A-Za-z0-9])/.exec(source.slice(end, end + 3))?.[0].length ?? 0);
  for (const stop of [groups.end, end, letter]) {
    const written = mathToText(source.slice(index, stop));
    if (written === null || written === "" || written.includes("\\")) continue;
    return { text: written, end: written === "∼" && /^ \d/.test(source.slice(stop, stop + 2)) ? stop + 1 : stop };
  }
  return { text: vault.put(source.slice(index, groups.end)), end: groups.end };
}

interface Groups {
  readonly found: readonly string[];
  readonly end: number;
}

/** Up to `most` groups in braces that follow each other, optional `[...]` before them skipped. */
function readGroups(source: string, start: number, most: number): Groups {
  const found: string[] = [];
  let end = start;
  while (found.length < most) {
    const options = /^(?:\[[^[\]{}]{0,100}\])*/.exec(source.slice(end, end + 210))?.[0] ?? "";
    const open = end + options.length;
    const close = source.charAt(open) === "{" ? closingBrace(source, open) : -1;
    if (close < 0) break;
    found.push(source.slice(open + 1, close));
    end = close + 1;
  }
  return { found, end };
}

function closingBrace(source: string, open: number): number {
  const window = source.slice(open, open + LONGEST_ARGUMENT);
  let level = 0;
  for (const { index, 0: sign } of window.matchAll(/\\.|[{}]/gs)) {
    level += sign === "{" ? 1 : sign === "}" ? -1 : 0;
    if (level === 0) return open + index;
  }
  return -1;
}

function all(names: string, macro: TextMacro): [string, TextMacro][] {
  return names.split(" ").map((name) => [name, macro]);
}
