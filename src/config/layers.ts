import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import { ioFailed } from "../core/errors.js";
import { FILE_NAMES } from "./defaults.js";
import { pushSettingOf } from "./push.js";
import { ENVIRONMENT_SETTINGS, environmentName, OTHER_ENVIRONMENT } from "./schema.js";
import type { EnvironmentKind } from "./schema.js";
import { ADVICE, configInvalid, unknownVariable } from "./problems.js";
import type { Problem } from "./problems.js";

/** Variables of a process or of a `.env` file. */
export type Variables = Readonly<Record<string, string | undefined>>;
/** Settings by key, groups of them as trees of their own. */
export type SettingsTree = { readonly [key: string]: unknown };
export type MutableTree = { [key: string]: unknown };
/** The keys that lead to a setting; numbers are places in a list. */
export type Path = readonly PropertyKey[];

/** One place that settings come from; `locate` says where in it a path stands. */
export interface Layer {
  readonly tree: SettingsTree;
  readonly locate: (path: Path) => string;
  readonly problems: readonly Problem[];
}

/** The settings file of home; none is no settings. Throws `config-invalid` for broken YAML or two files, `io-failed` for an unreadable one. */
export function fileLayer(home: string): Layer {
  const found = FILE_NAMES.filter((name) => existsSync(path.join(home, name)));
  if (found.length > 1) throw configInvalid(`two configuration files: ${found.join(" and ")}`, "Keep one of them.");
  const name = found[0];
  return name === undefined ? { tree: {}, locate: () => "", problems: [] } : parseFile(path.join(home, name), name);
}

function parseFile(file: string, name: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const [problem] = document.errors;
  if (problem) throw configInvalid(`${at(problem.pos[0])}: ${problem.message}`, "Mend the YAML at that place.");
  const tree = treeOf(document, name) ?? {};
  if (!isTree(tree)) throw configInvalid(`${name}:1:1: expected settings, one \`key: value\` a line`, ADVICE);
  return { tree, locate: (path) => at(offsetOf(document, path)), problems: [] };
}

function treeOf(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // An alias without an anchor, or aliases that would unfold without end.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw configInvalid(`${name}: ${why}`, "Write the values out, without aliases.");
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw ioFailed("read", file, { cause });
  }
}

/** Where in the file the key of a path stands; a missing key is placed at its nearest parent. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    const item = isMap(node) ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined;
    const place = item?.key ?? (isSeq(node) ? node.items[Number(key)] : undefined);
    if (!isNode(place)) break;
    offset = place.range?.[0] ?? offset;
    node = item ? item.value : place;
  }
  return offset;
}

/** The variables of `.env`, and over them those of the process; an empty one of the process takes away one of `.env`. */
export function environmentLayers(home: string, environment: Variables): Layer[] {
  const file = path.join(home, ".env");
  const text = existsSync(file) ? readText(file) : "";
  const fromFile = Object.entries(parseEnv(text)).filter(([name]) => environment[name] === undefined);
  return [
    variableLayer(Object.fromEntries(fromFile), (name) => `.env:${lineOf(text, name)}: ${name}`),
    variableLayer(environment, (name) => name),
  ];
}

function variableLayer(variables: Variables, locate: (name: string) => string): Layer {
  const tree: MutableTree = {};
  for (const { path: setting, kind } of ENVIRONMENT_SETTINGS) {
    const text = variables[environmentName(setting)];
    if (text !== undefined && text !== "") setPath(tree, setting.split("."), READ_TEXT[kind](text));
  }
  for (const [name, text] of Object.entries(variables)) {
    const setting = pushSettingOf(name);
    if (setting !== null && text !== undefined && text !== "") setPath(tree, setting.split("."), text);
  }
  const problems = Object.keys(variables)
    .filter((name) => name.startsWith("PAPERBOY_") && !isKnown(name))
    .map((name) => ({ place: locate(name), says: unknownVariable(name, VARIABLE_NAMES) }));
  return { tree, problems, locate: (path) => locate(environmentName(namesIn(path).join("."))) };
}

const VARIABLE_NAMES = ENVIRONMENT_SETTINGS.map(({ path: setting }) => environmentName(setting));

function isKnown(name: string): boolean {
  return VARIABLE_NAMES.includes(name) || pushSettingOf(name) !== null || OTHER_ENVIRONMENT.test(name);
}

/** The line of a variable in a `.env` file; the last one of a name counts. */
function lineOf(text: string, name: string): number {
  return (
    text.split("\n").findLastIndex(
      (line) =>
        line
          .replace(/^\s*(?:export\s+)?/, "")
          .split("=")[0]
          ?.trim() === name,
    ) + 1
  );
}

function namesIn(path: Path): string[] {
  return path.filter((part) => typeof part === "string");
}

const READ_TEXT: Readonly<Record<EnvironmentKind, (text: string) => unknown>> = {
  text: (text) => text,
  list: (text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  number: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  boolean: (text) =>
    ({ true: true, "1": true, yes: true, false: false, "0": false, no: false })[text.toLowerCase()] ?? text,
};

/** Sets an own property, whatever its name: a key such as `__proto__` must not reach a prototype. */
export function setPath(tree: MutableTree, [key = "", ...rest]: readonly string[], value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(tree, key)?.value as unknown;
  const next = rest.length === 0 ? value : isTree(own) ? own : {};
  Object.defineProperty(tree, key, { value: next, enumerable: true, configurable: true, writable: true });
  if (rest.length > 0) setPath(next as MutableTree, rest, value);
}

/** Whether a value holds settings of its own. */
export function isTree(value: unknown): value is SettingsTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
