import { PaperboyError } from "../../core/errors.js";
import { isObject } from "../../core/json.js";
import { columnName, isColumn } from "../columns.js";
import { quoted } from "../preferences.js";
import { addressColumns, isAddressColumn } from "./address-column.js";
import { readConsent } from "./consent.js";
import { DAMAGED, MAX_LENGTH } from "./lines.js";
import type { DecodedFile, Line } from "./lines.js";
import { cellsOf, isRead } from "./rows.js";
import type { Row } from "./rows.js";

type OnIgnored = (names: readonly string[]) => void;

/** The maximum length of a JSON list in characters. The whole list is held in memory. */
const MAX_LIST_LENGTH = 256 * 1024 * 1024;

/** The maximum number of unknown keys that are reported. It keeps a file with a new key on each line from filling the memory. */
const MAX_IGNORED = 20;

/** Reads the rows of JSON lines: one object per line, blank lines skipped. */
export async function* readJsonLines(
  blocks: AsyncIterable<readonly Line[]>,
  onIgnored: OnIgnored,
): AsyncGenerator<readonly Row[]> {
  const ignored = new Set<string>();
  for await (const block of blocks) {
    const filled = block.filter((line) => !("text" in line) || line.text.trim() !== "");
    yield filled.map((line) => {
      if (!("text" in line)) return line;
      const parsed = parse(line.text);
      return "problem" in parsed ? { line: line.line, why: "is not JSON" } : rowOf(line.line, parsed.value, ignored);
    });
  }
  onIgnored([...ignored]);
}

/**
 * Reads the rows of one JSON list of objects, also within an object as APIs answer (`listIn`).
 * @throws PaperboyError `usage` when the text is not JSON, has damaged bytes, or is longer than `MAX_LIST_LENGTH`.
 */
export async function* readJsonList(
  { texts, finish }: DecodedFile,
  onIgnored: OnIgnored,
): AsyncGenerator<readonly Row[]> {
  let raw = "";
  for await (const part of texts) {
    raw += part;
    if (raw.length > MAX_LIST_LENGTH) throw badList(`the JSON list is longer than ${MAX_LIST_LENGTH} characters`);
  }
  const text = finish(raw)?.replaceAll(/\r\n?/g, "\n");
  if (text === undefined) throw badList(`the list ${DAMAGED}`);
  const parsed = parse(text);
  if ("problem" in parsed) throw badList(`line ${lineAt(text, parsed.position ?? text.length)}: ${parsed.problem}`);
  const ignored = new Set<string>();
  const unpacked = listIn(parsed.value);
  if ("problem" in unpacked) throw badList(unpacked.problem);
  const lines = Array.isArray(parsed.value) ? elementLines(text) : null;
  // In an object, rows are numbered by their place in the list.
  yield unpacked.list.map((value, index) => rowOf(lines?.[index] ?? index + 1, value, ignored));
  onIgnored([...ignored]);
}

function rowOf(line: number, value: unknown, ignored: Set<string>): Row {
  if (!isObject(value)) {
    return { line, why: 'is not an object such as {"email": "you@example.com"}' };
  }
  const entries = Object.entries(value).map(
    ([name, cell]) => [isColumn(columnName(name)) ? columnName(name) : name, cell] as const,
  );
  const all = [...entries, ...nestedConsent(entries)];
  for (const [name] of entries) if (!isRead(name) && ignored.size < MAX_IGNORED) ignored.add(name);
  return { line, cells: cellsOf(all, addressColumns(entries.map(([name]) => name))) };
}

/**
 * Whether a file that begins with `{` is one object, such as the answer of an API, and not a line per reader.
 * @param first the first line, or `MAX_LENGTH` characters of it.
 */
export function isOneObject(first: string): boolean {
  const parsed = parse(first);
  if (!("problem" in parsed)) return isWrapper(parsed.value);
  if (first.length < MAX_LENGTH) return /[,:[{]\s*$/.test(first);
  const [start = ""] = first.split("[", 1);
  return start.length < first.length && !/"[^"]*e?-?mail[^"]*"\s*:/i.test(start);
}

type Parsed = { readonly value: unknown } | { readonly problem: string; readonly position: number | null };

/** Parses JSON. `position` is the offset of a syntax error as V8 reports it; null if the text ends too early. */
function parse(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const position = /at position (\d+)/.exec(problem)?.[1];
    return { problem, position: position === undefined ? null : Number(position) };
  }
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** Returns the line on which each element of a JSON list begins; `text` must be valid JSON. */
function elementLines(text: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let isExpected = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]+|\\.)*"|[[\]{},\n]|[^\s"[\]{},]+/g)) {
    if (token === "\n") line += 1;
    else if (token === "]" || token === "}") depth -= 1;
    else if (depth === 1 && isExpected) {
      lines.push(line);
      isExpected = false;
    }
    if (token === "[" || token === "{") depth += 1;
    if (depth === 1 && (token === "[" || token === ",")) isExpected = true;
  }
  return lines;
}

/**
 * The keys under which other tools wrap the list of readers: Ghost and Mailchimp (`members`), Buttondown (`results`), beehiiv and
 * MailerLite (`data`), listmonk (`data.results`), Brevo (`contacts`). A list under another key, such as `unsubscribes`, may be of people who
 * left, so it is refused.
 */
const KEYS =
  /^(?:data|results?|members|subscribers|subscriptions|contacts|people|users|readers|recipients|items|records|rows|list|entries|content)$/i;

/** The deepest list: `data.list.results`. */
const MAX_DEPTH = 3;

type Unpacked = { readonly list: readonly unknown[] } | { readonly problem: string };

/** What a JSON file may contain. */
const EXPECTED =
  'a list of readers, such as [{"email": "you@example.com"}], or an object that has one, such as {"members": [...]}';

/** Returns the list of readers in a JSON value: the list itself, a single reader, or the one list under `KEYS`. */
function listIn(value: unknown): Unpacked {
  if (Array.isArray(value)) return { list: value as readonly unknown[] };
  if (!isObject(value)) return { problem: `expected ${EXPECTED}` };
  if (hasAddress(value)) return { list: [value] };
  const found = listsIn(value, []);
  const [only] = found;
  if (only === undefined) {
    const names = Object.keys(value).slice(0, MAX_NAMED).map(quoted).join(", ");
    return { problem: `the object has no list of readers under ${names || "any key"}; expected ${EXPECTED}` };
  }
  const names = found.map(({ path }) => quoted(path.join(".")));
  if (found.length > 1) return { problem: `there are ${found.length} lists (${names.join(", ")}): write one per file` };
  return only.path.every((key) => KEYS.test(key))
    ? only
    : { problem: `${names.join("")} may be a list of people who left: write it as a list, with a column \`status\`` };
}

/** Whether a JSON value is an object that is no reader and may have a list of readers. */
function isWrapper(value: unknown): boolean {
  return isObject(value) && !hasAddress(value) && Object.values(value).some((inner) => typeof inner === "object");
}

/** Keys that an error lists. */
const MAX_NAMED = 10;

interface Found {
  readonly path: readonly string[];
  readonly list: readonly unknown[];
}

/** Returns the lists of objects with an address. */
function listsIn(value: object, path: readonly string[]): readonly Found[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): readonly Found[] => {
    const here = [...path, name];
    if (Array.isArray(inner)) return inner.some(hasAddress) ? [{ path: here, list: inner as readonly unknown[] }] : [];
    return isObject(inner) && here.length < MAX_DEPTH ? listsIn(inner, here) : [];
  });
}

function hasAddress(value: unknown): boolean {
  return isObject(value) && Object.keys(value).some((name) => isAddressColumn(columnName(name)));
}

/** The keys under which Ghost and listmonk list what a reader gets. An empty list means that the reader left all of them. */
const SUBSCRIPTIONS = /^(?:newsletters|lists|subscriptions)$/i;

/**
 * Returns what the lists within a reader show about consent, as a cell: listmonk has a `subscription_status` in each of `lists`. A reader
 * who left every list left; one who is on a list did not.
 */
function nestedConsent(entries: readonly (readonly [name: string, value: unknown])[]) {
  return entries.flatMap(([name, value]) => {
    if (!SUBSCRIPTIONS.test(name) || !Array.isArray(value)) return [];
    const states = value.map((each) => readConsent(new Map(isObject(each) ? Object.entries(each) : [])).state);
    const state = states.includes("active") ? undefined : (states.find((each) => each !== "unknown") ?? "gone");
    return state === undefined
      ? []
      : [[`${name.replace(/s$/i, "")} status`, state === "gone" ? "unsubscribed" : state] as const];
  });
}

function badList(message: string): PaperboyError {
  return new PaperboyError("usage", {
    message,
    hint: "Nothing was imported. Fix the file and import it again, or write one JSON object per line.",
  });
}
