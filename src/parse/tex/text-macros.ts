import { LETTER_COMMANDS, replaceAccents } from "./accents.js";
import { ESCAPES, MACROS, NOTHING, OWN_WORK } from "./macro-table.js";
import { mathToText } from "./math.js";
import type { Placeholders } from "./placeholders.js";

/** A group with a font switch, such as `{\bf x}`; its braces are removed with the command. */
const FONT_GROUP =
  /\{\s?\\(?:(?:bf|it|em|sc|tt|rm|sf|sl|bfseries|itshape|scshape|ttfamily|small|large|tiny)(?![A-Za-z])|color\{[^{}]{1,30}\})([^{}]{0,300})\}/g;

const MAX_DEPTH = 8;
const MAX_ARGUMENT_LENGTH = 2000;

/** An amount whose escaped dollar sign the site removed, taking it for the start of a formula: `\0.05 per task`, `\1,000`. */
const MONEY = /\\(?<![\w\\]\\)(?=\d{1,3}(?:,\d{3})+|\d+\.\d+|\d+(?:[KMB]\b| (?:per|million|billion)\b))/g;

/** Norms outside dollars (`\|x\|`) and the bars of a divergence (`KL(p\|q)`). */
const NORM = /\\\|(?<![\p{L}\p{N}\\]\\\|)([^|\\'"]{1,40})\\\|(?!\p{L})/gu;
const DIVERGENCE = /\\\|(?<=\(\p{L}[^()|\\]{0,20}\\\|)(?=\s?\p{L}[^()|\\]{0,20}\))/gu;

/**
 * Converts commands in running text: `\textbf{x}`, `5\%`, `Erd\H{o}s`, `\times`. Keeps unknown commands, and hides them from
 * later steps.
 */
export function replaceTextMacros(text: string, placeholders: Placeholders, depth = 0): string {
  if (!text.includes("\\")) return text;
  const source = replaceNorms(
    replaceAccents(text)
      .replace(FONT_GROUP, (_, content: string) => content.trim())
      .replace(MONEY, "$$"),
  );
  const out: string[] = [];
  let done = 0;
  for (const { index, 0: command } of source.matchAll(/\\(?:[A-Za-z]+\*?|.)/gsu)) {
    if (index < done) continue;
    const { text: written, end } = replaceOne({ source, index, command, placeholders, depth });
    const before = source.slice(done, index);
    out.push(written === NOTHING ? before.replace(/[ ~]$/, "") : before, written);
    done = end;
  }
  return out.join("") + source.slice(done);
}

function replaceNorms(text: string): string {
  return text.includes("\\|") ? text.replace(NORM, "‖$1‖").replace(DIVERGENCE, "‖") : text;
}

interface Command {
  readonly source: string;
  readonly index: number;
  /** The command with its backslash. */
  readonly command: string;
  readonly placeholders: Placeholders;
  readonly depth: number;
}

interface Replaced {
  readonly text: string;
  /** The index in the source after the command and its arguments. */
  readonly end: number;
}

function replaceOne(at: Command): Replaced {
  const { source, index, command, placeholders, depth } = at;
  const name = command.slice(1).replace(/\*$/, "");
  const end = index + command.length;
  if (Object.hasOwn(ESCAPES, name)) return { text: escaped(name, placeholders), end };
  const own = Object.hasOwn(OWN_WORK, name) ? OWN_WORK[name] : undefined;
  if (own !== undefined) return { text: ownWork(own, source.slice(0, index)), end: afterCommand(source, end, name) };
  const macro = MACROS.get(name);
  if (macro === undefined) return mathCommand(at);
  const groups = readGroups(source, end, macro.arguments);
  if (groups.found.length < macro.arguments || depth >= MAX_DEPTH) return { text: placeholders.hide(command), end };
  const read = groups.found.map((group) => replaceTextMacros(group, placeholders, depth + 1));
  const [first = "", second = ""] = macro.address ? read.map((part) => placeholders.restore(part)) : read;
  const written = macro.write(first, second);
  return {
    text: macro.address ? placeholders.hide(written) : written,
    end: macro.arguments === 0 ? afterCommand(source, end, name) : groups.end,
  };
}

/** Returns `our method`, `Our method` at the start of a sentence, or `method` after a determiner. */
function ownWork(name: string, before: string): string {
  if (/\b(?:our|the|this|new|proposed) $/i.test(before.slice(-12))) return name;
  return /(?:^|[.!?] )$/.test(before.slice(-2)) ? `Our ${name}` : `our ${name}`;
}

/** Returns an escaped character, hidden when later steps would convert it (`_`, `$`, braces). */
function escaped(name: string, placeholders: Placeholders): string {
  const text = ESCAPES[name] ?? "";
  return /[_{}$#]/.test(text) ? placeholders.hide(text) : text;
}

/** Skips `{}` after a command, and the space after a letter command, as TeX does: `\o re` is `øre`. */
function afterCommand(source: string, end: number, name: string): number {
  if (source.startsWith("{}", end)) return end + 2;
  if (name === "textasciitilde" && source.charAt(end) === " ") return end + 1;
  return Object.hasOwn(LETTER_COMMANDS, name) && source.charAt(end) === " " && /[a-z]/.test(source.charAt(end + 1))
    ? end + 1
    : end;
}

/**
 * Converts a math command outside dollars, with its arguments. `\S 3` means section 3; other commands of one letter may be
 * escapes in code.
 */
function mathCommand({ source, index, command, placeholders }: Command): Replaced {
  const end = index + command.length;
  if (!/^\\[A-Za-z]/.test(command)) return { text: placeholders.hide(command), end };
  if (/^\\[A-Za-z]$/.test(command)) {
    const section = command === "\\S" && /^[ ~]?\d/.test(source.slice(end, end + 2));
    return { text: section ? "§" : placeholders.hide(command), end };
  }
  const groups = readGroups(source, end, 3);
  const letter = end + (/^ ?[A-Za-z0-9](?![A-Za-z0-9])/.exec(source.slice(end, end + 3))?.[0].length ?? 0);
  for (const stop of [groups.end, end, letter]) {
    const written = mathToText(source.slice(index, stop));
    if (written === null || written === "" || written.includes("\\")) continue;
    return { text: written, end: written === "∼" && /^ \d/.test(source.slice(stop, stop + 2)) ? stop + 1 : stop };
  }
  return { text: placeholders.hide(source.slice(index, groups.end)), end: groups.end };
}

interface Groups {
  readonly found: readonly string[];
  readonly end: number;
}

/** Reads up to `most` consecutive groups in braces, and skips optional `[...]` arguments. */
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
  const window = source.slice(open, open + MAX_ARGUMENT_LENGTH);
  let level = 0;
  for (const { index, 0: sign } of window.matchAll(/\\.|[{}]/gs)) {
    level += sign === "{" ? 1 : sign === "}" ? -1 : 0;
    if (level === 0) return open + index;
  }
  return -1;
}
