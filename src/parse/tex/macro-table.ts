import { LETTER_COMMANDS } from "./accents.js";
import { pairs } from "./signs.js";
import { writeScript } from "./unicode-math.js";
import { writeNumber, writeQuantity, writeUnit } from "./units.js";

/** A command in running text: its number of `{...}` arguments and the text that replaces it. */
export interface TextMacro {
  readonly arguments: 0 | 1 | 2 | 3;
  readonly write: (first: string, second: string, third: string) => string;
  /** Set if the result contains an address, which later steps must not change. */
  readonly address?: true;
  /** The arguments are a language of their own, whose commands must not be converted first. */
  readonly verbatim?: true;
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

/** The `\ding` characters that papers use: check marks, crosses and numbers in circles. */
const DINGBATS = pairs(`
  51 ✓ 52 ✔ 53 ✕ 54 ✖ 55 ✗ 56 ✘ 172 ① 173 ② 174 ③ 175 ④ 176 ⑤ 177 ⑥ 178 ⑦ 179 ⑧ 180 ⑨ 181 ⑩
  182 ❶ 183 ❷ 184 ❸ 185 ❹ 186 ❺ 187 ❻ 188 ❼ 189 ❽ 190 ❾ 191 ❿`);

/** Commands without arguments. Authors define abbreviations, and `\circone` for a number in a circle. */
const TEXTS = pairs(String.raw`
  LaTeX LaTeX TeX TeX BibTeX BibTeX ldots … dots … textellipsis … textendash – textemdash — textquoteleft ‘ textquoteright ’
  textquotedblleft “ textquotedblright ” guillemotleft « guillemotright » textbackslash \ textasciitilde ~ textasciicircum ^
  textunderscore _ textgreater > textless < textbar | textbullet • textperiodcentered · textasteriskcentered * slash / percent %
  textdegree ° degree ° deg ° textmu µ texttimes × textpm ± textregistered ® texttrademark ™ textcopyright © copyright ©
  pounds £ euro € texteuro € textdollar $ dag † ddag ‡ cmark ✓ xmark ✗ checkmark ✓
  textrightarrow → textleftarrow ← textuparrow ↑ textdownarrow ↓
  eg e.g. ie i.e. etc etc. wrt w.r.t. vs vs. cf cf. iid i.i.d. aka a.k.a. resp resp.
  circone ① circtwo ② circthree ③ circfour ④ circfive ⑤ circsix ⑥ circseven ⑦ circeight ⑧ circnine ⑨ circten ⑩`);

/** Every known command in running text. */
export const MACROS: ReadonlyMap<string, TextMacro> = new Map([
  ...all(
    "textbf textit emph textsc texttt textrm textsf textsl textup textmd textnormal text underline uline ul mbox hbox fbox framebox uppercase lowercase textlf detokenize makebox hl st sout textquote section subsection paragraph subparagraph title centerline oldstylenums lstinline code path",
    ARGUMENT,
  ),
  ...all(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar autocite parencite textcite ref eqref autoref cref Cref pageref label thanks vspace hspace index footnotemark nocite input include bibliography bibliographystyle vskip hskip end todo",
    DROPPED,
  ),
  ...all(
    "xspace noindent indent bf it em sc tt rm sf sl bfseries mdseries itshape slshape upshape scshape rmfamily sffamily ttfamily normalfont large Large LARGE huge Huge small footnotesize scriptsize tiny normalsize boldmath centering raggedright maketitle protect unskip ignorespaces null relax selectfont smallskip medskip bigskip vfill clearpage pagebreak hline toprule midrule bottomrule allowbreak nobreak displaystyle textstyle limits nolimits nonumber notag",
    REMOVED,
  ),
  ...all("newline linebreak par quad qquad space nobreakspace thinspace enspace newpage hfill item", SPACE),
  ...all("begin", BEGIN),
  ...all("texorpdfstring", FIRST),
  ...all("textcolor colorbox scalebox raisebox", SECOND),
  ...all("SI qty", { arguments: 2, verbatim: true, write: writeQuantity }),
  ...all("si unit", { arguments: 1, verbatim: true, write: writeUnit }),
  ...all("SIrange qtyrange", {
    arguments: 3,
    verbatim: true,
    write: (from, to, unit) => `${writeNumber(from)}–${writeQuantity(to, unit)}`,
  }),
  ...all("numrange", { arguments: 2, write: (from, to) => `${writeNumber(from)}–${writeNumber(to)}` }),
  ...all("num", { arguments: 1, write: writeNumber }),
  ...all("ang", { arguments: 1, write: (number) => `${number.trim()}°` }),
  ...all("enquote", { arguments: 1, write: (text) => `“${text}”` }),
  ...[...TEXTS, ...LETTER_COMMANDS, ["etal", "et al."] as const].map(([name, text]): [string, TextMacro] => [
    name,
    { arguments: 0, write: () => text },
  ]),
  ["url", { arguments: 1, write: (address) => address, address: true }],
  ["href", { arguments: 2, write: writeLink, address: true }],
  ["footnote", { arguments: 1, write: (note) => ` (${note.trim()})` }],
  ["color", { arguments: 1, write: writeColor }],
  ["circled", { arguments: 1, write: (number) => circled(Number(number)) }],
  ["ding", { arguments: 1, write: (number) => DINGBATS.get(number) ?? "" }],
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

/**
 * The color of `\color{red}` goes. The site joins the arguments of `\textcolor{red}{Word}` to `\color{redWord}`, whose word starts with
 * the first capital letter.
 */
function writeColor(argument: string): string {
  return /^[a-z]+(\p{Lu}[\p{L}\p{N}-]*)$/u.exec(argument)?.[1] ?? NOTHING;
}

/** Returns the number in a circle, `①` to `⑳`; other numbers in parentheses. */
function circled(number: number): string {
  return number >= 1 && number <= 20 ? String.fromCodePoint(0x2460 + number - 1) : `(${number})`;
}

/** Returns the character of a hexadecimal code; nothing for a control character or an invalid code. */
export function fromCode(code: string): string {
  const point = Number.parseInt(code, 16);
  return point >= 0xa0 && point <= 0xffff ? String.fromCodePoint(point) : "";
}

/** Writes a link as `text (address)`, or only as the address if the text adds nothing. */
export function writeLink(address: string, words: string): string {
  const text = words.trim();
  const isUseful =
    text !== "" &&
    withoutScheme(text) !== withoutScheme(address) &&
    !/^(?:this|here|link|url|this (?:https? )?(?:url|link))[.:]?$/i.test(text);
  return isUseful ? `${text} (${address})` : address;
}

function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\/(?:www\.)?|[/.,]+$/g, "");
}

/**
 * Macros with which authors name their own work, and which reach the site unexpanded: `\ours`, `\OurMethod`, `\benchmarkName`. The name is
 * lost, but it is certain to be that of the method, model or data of the paper. The noun that replaces each macro, by the name of the
 * macro without its owner and ending:
 */
const OWN_WORK = pairs(`
  agent agent alg algorithm algo algorithm approach approach bench benchmark benchmark benchmark data dataset dataset dataset
  framework framework impl method method method model model network network paper paper pipeline pipeline proposed method
  sys system system system tool tool work work`);

/** `\ourmethod`, `\MethodName`, `\ourshort`, `\modelfull`. */
const OWN_MACRO = new RegExp(
  `^(ours?|my|the)?(${[...OWN_WORK.keys()].join("|")})?((?:name|abbr|short|long|full)*|s)$`,
  "i",
);

/** Returns the noun for such a macro (without its backslash): `method` for `OurMethod`; null for another macro. */
export function ownWork(macro: string): string | null {
  const [whole, owner = "", noun = "", suffix = ""] = OWN_MACRO.exec(macro) ?? [];
  if (whole === undefined) return null;
  return OWN_WORK.get(noun.toLowerCase()) ?? (/^our/i.test(owner) || /^name/i.test(suffix) ? "method" : null);
}

/** Writes it in its sentence: `our method`, or `method` after a determiner; capitalized at the start of a sentence. */
export function writeOwnWork(noun: string, before: string): string {
  if (/\b(?:our|the|this|new|proposed) $/i.test(before.slice(-12))) return noun;
  return /(?:^|[.!?] )$/.test(before.slice(-2)) ? `Our ${noun}` : `our ${noun}`;
}
