import { LETTER_COMMANDS, replaceAccents } from "./accents.js";
import { ESCAPES, MACROS, NOTHING, ownWork, writeOwnWork } from "./macro-table.js";
import type { TextMacro } from "./macro-table.js";
import { mathToText } from "./math.js";
import type { Placeholders } from "./protect.js";
import { applyRules } from "./rule.js";
import { COMMAND_RULES } from "./repair-commands.js";

const MAX_DEPTH = 8;

/** Converts commands of running text: `\textbf{x}`, `5\%`, `Erd\H{o}s`, `\times`, `\ours`. Code stays, hidden from later steps. */
export function replaceTextMacros(text: string, placeholders: Placeholders, depth = 0): string {
  if (!text.includes("\\")) return text;
  const source = applyRules(COMMAND_RULES, replaceAccents(text));
  const out: string[] = [];
  let done = 0;
  for (const { index, 0: command } of source.matchAll(/\\(?:[A-Za-z]+\*?|.)/gsu)) {
    if (index < done) continue;
    const { text: written, end, unwrapped } = replaceOne({ source, index, command, placeholders, depth });
    const before = source.slice(done, index);
    out.push(written === NOTHING && !unwrapped ? before.replace(/[ ~]$/, "") : before, written);
    done = end;
  }
  return out.join("") + source.slice(done);
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
  /** The command goes, but its argument stays in the source. */
  readonly unwrapped?: true;
}

function replaceOne(at: Command): Replaced {
  const { source, index, command, placeholders, depth } = at;
  const name = command.slice(1).replace(/\*$/, "");
  const end = index + command.length;
  if (Object.hasOwn(ESCAPES, name)) return { text: escaped(name, placeholders), end };
  const macro = MACROS.get(name);
  if (macro === undefined) return ownMacro(at, name) ?? mathCommand(at, name);
  const groups = readGroups(source, end, { most: macro.arguments, spaced: macro.address === true });
  if (groups.found.length < macro.arguments) return unclosed(at, macro);
  const read = groups.found.map((group) =>
    macro.verbatim || depth >= MAX_DEPTH ? group : replaceTextMacros(group, placeholders, depth + 1),
  );
  const [first = "", second = "", third = ""] = macro.address ? read.map((part) => placeholders.restore(part)) : read;
  const written = macro.write(first, second, third);
  return {
    text: macro.address ? placeholders.hide(written) : written,
    end: macro.arguments === 0 ? afterCommand(source, end, name) : groups.end,
  };
}

/**
 * Replaces a command whose argument is missing or never closed. Without its command and brace the text is complete, except that a
 * footnote ends with its sentence, and a reference is only its keys.
 */
function unclosed({ source, index, command }: Command, macro: TextMacro): Replaced {
  const end = index + command.length;
  const written = macro.arguments === 1 ? macro.write("x", "", "") : "x";
  if (written === NOTHING) {
    return { text: NOTHING, end: end + (/^(?:\{[\w:,-]*)?/.exec(source.slice(end, end + 200))?.[0].length ?? 0) };
  }
  const start = source.charAt(end) === "{" ? end + 1 : end;
  if (written === "x" || start === end) return { text: "", end: start, unwrapped: true };
  const rest = source.slice(start, start + MAX_ARGUMENT_LENGTH);
  const argument = /^.*?[.!?](?=\s+\p{Lu}|\s*$)/su.exec(rest)?.[0] ?? rest;
  return { text: macro.write(argument, "", ""), end: start + argument.length };
}

/** Replaces a macro for the authors' own work; null for another macro. */
function ownMacro({ source, index, command }: Command, name: string): Replaced | null {
  const noun = ownWork(name);
  if (noun === null) return null;
  const end = afterCommand(source, index + command.length, name);
  const written = writeOwnWork(noun, source.slice(0, index));
  return { text: source.charAt(end) === "{" ? `${written} ` : written, end };
}

/** Returns an escaped character, hidden when later steps would convert it (`_`, `$`, braces). */
function escaped(name: string, placeholders: Placeholders): string {
  const text = ESCAPES[name] ?? "";
  return /[_{}$#]/.test(text) ? placeholders.hide(text) : text;
}

/** Skips `{}` after a command, and the space after a letter command, as TeX does: `\o re` is `øre`. */
function afterCommand(source: string, end: number, name: string): number {
  if (source.startsWith("{}", end)) return end + 2;
  // An abbreviation that the text itself ends: `\etc.`.
  if (source.charAt(end) === "." && MACROS.get(name)?.write("", "", "").endsWith(".")) return end + 1;
  if (name === "textasciitilde" && source.charAt(end) === " ") return end + 1;
  return LETTER_COMMANDS.has(name) && source.charAt(end) === " " && /[a-z]/.test(source.charAt(end + 1))
    ? end + 1
    : end;
}

/** Converts a math command outside dollars, with its arguments. `\S 3` is a section; other single letters may be escapes in code. */
function mathCommand(at: Command, name: string): Replaced {
  const { source, index, command, placeholders } = at;
  const end = index + command.length;
  if (!/^[A-Za-z]/.test(name)) return { text: placeholders.hide(command), end };
  if (name.length === 1) {
    const section = name === "S" && /^[ ~]?\d/.test(source.slice(end, end + 2));
    return { text: section ? "§" : placeholders.hide(command), end };
  }
  const groups = readGroups(source, end, { most: 3, spaced: false });
  const letter = end + (/^ ?[A-Za-z0-9](?![A-Za-z0-9])/.exec(source.slice(end, end + 3))?.[0].length ?? 0);
  for (const stop of [groups.end, end, letter]) {
    const written = mathToText(source.slice(index, stop), "refuse");
    if (written === null || written === "") continue;
    return { text: written, end: written === "∼" && /^ \d/.test(source.slice(stop, stop + 2)) ? stop + 1 : stop };
  }
  return unknownCommand(at, { name, empty: groups.found.join("") === "", end: groups.end });
}

/** Replaces an unknown command by its argument, which it formats, or by its name. After a letter (`a line\nfeed`) it is code and stays. */
function unknownCommand(
  { source, index, command, placeholders }: Command,
  { name, empty, end }: { readonly name: string; readonly empty: boolean; readonly end: number },
): Replaced {
  if (/[\p{L}\p{N}\\/:.]$/u.test(source.slice(Math.max(0, index - 2), index))) {
    return { text: placeholders.hide(source.slice(index, end)), end };
  }
  const options = /^\[[^[\]{}]{0,100}\](?=\{)/.exec(source.slice(index + command.length, end))?.[0] ?? "";
  return empty ? { text: name, end } : { text: "", end: index + command.length + options.length, unwrapped: true };
}

/** Longer arguments are not read. */
const MAX_ARGUMENT_LENGTH = 2000;

/** The arguments of a command: groups in braces, one after the other. */
interface Groups {
  readonly found: readonly string[];
  readonly end: number;
}

const OPTIONS = String.raw`(?:\[[^[\]{}]{0,100}\])*`;
/** The text that may precede a group: optional `[...]` arguments, and a space where `spaced` allows it. */
const BEFORE_GROUP = { true: new RegExp(`^${OPTIONS} ?(?=\\{)`), false: new RegExp(`^${OPTIONS}`) };

/** Reads up to `most` groups. `spaced` allows a space before a group, as `\href{..} {..}` has. */
function readGroups(source: string, start: number, { most, spaced }: { most: number; spaced: boolean }): Groups {
  const found: string[] = [];
  let end = start;
  while (found.length < most) {
    const before = BEFORE_GROUP[`${spaced}`].exec(source.slice(end, end + 210))?.[0] ?? "";
    const open = end + before.length;
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
