import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { z } from "zod";
import { PaperboyError } from "./errors.js";
import { ENVIRONMENT_SETTINGS, environmentName, settingsSchema } from "./settings.js";
import type { EnvironmentKind, Settings } from "./settings.js";

/** Settings, checked and frozen, and where each came from: `view.limit` -> `paperboy.yaml:4:10`. */
export interface Config {
  readonly settings: Settings;
  readonly origins: ReadonlyMap<string, string>;
}

interface ConfigInput {
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Settings from the command line, as a tree; undefined values count as not given. */
  readonly flags?: SettingsTree;
}

type SettingsTree = { readonly [key: string]: unknown };
type MutableTree = { [key: string]: unknown };

/** One place that settings come from; `locate` says where in it a path stands. */
interface Layer {
  readonly tree: SettingsTree;
  readonly locate: (path: readonly PropertyKey[]) => string;
}

const FILE_NAMES = ["paperboy.yaml", "paperboy.yml", "paperboy.json"] as const;

/**
 * Reads the configuration: defaults < file < `.env` and environment < flags.
 * @throws PaperboyError `config-invalid`, naming file, line and key and what was expected, for an unknown or wrong key.
 */
export function loadConfig(input: ConfigInput): Config {
  const layers = [fileLayer(input.home), environmentLayer(input), flagLayer(input.flags ?? {})];
  const merged: MutableTree = {};
  const origins = new Map<string, string>();
  for (const layer of layers) mergeTree(merged, { layer, origins, tree: layer.tree, path: [] });
  const checked = settingsSchema.safeParse(merged);
  if (!checked.success) throw invalid(checked.error.issues, { merged, origins, layers });
  return { settings: Object.freeze(checked.data), origins };
}

function fileLayer(home: string): Layer {
  const found = FILE_NAMES.filter((name) => existsSync(path.join(home, name)));
  if (found.length > 1) throw configInvalid(`two configuration files: ${found.join(" and ")}`, "Keep one of them.");
  const name = found[0];
  return name === undefined ? { tree: {}, locate: () => "" } : parseFile(path.join(home, name), name);
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
  const tree: unknown = document.toJS() ?? {};
  if (!isTree(tree))
    throw configInvalid(`${name}:1:1: expected settings, one \`key: value\` a line`, "See README.md for the keys.");
  return { tree, locate: (path) => at(offsetOf(document, path)) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: `cannot read ${file}`,
      hint: "Check that it is a readable file.",
      cause,
    });
  }
}

/** Where in the file the key of a path stands; a missing key is placed at its nearest parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
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

function environmentLayer({ home, environment }: ConfigInput): Layer {
  const file = path.join(home, ".env");
  const fromFile = existsSync(file) ? parseEnv(readText(file)) : {};
  const tree: MutableTree = {};
  for (const { path: setting, kind } of ENVIRONMENT_SETTINGS) {
    const text = environment[environmentName(setting)] ?? fromFile[environmentName(setting)];
    if (text !== undefined && text !== "") setPath(tree, setting.split("."), READ_TEXT[kind](text));
  }
  return { tree, locate: (path) => environmentName(path.filter((part) => typeof part === "string").join(".")) };
}

const READ_TEXT: Readonly<Record<EnvironmentKind, (text: string) => unknown>> = {
  text: (text) => text,
  list: (text) => text.split(",").map((item) => item.trim()),
  number: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  boolean: (text) =>
    ({ true: true, "1": true, yes: true, false: false, "0": false, no: false })[text.toLowerCase()] ?? text,
};

function flagName(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
}

function flagLayer(tree: SettingsTree): Layer {
  return { tree, locate: (path) => `--${flagName(String(path.at(-1)))}` };
}

interface Merge {
  readonly layer: Layer;
  readonly origins: Map<string, string>;
  readonly tree: SettingsTree;
  readonly path: readonly string[];
}

function mergeTree(target: MutableTree, { layer, origins, tree, path }: Merge): void {
  for (const [key, value] of Object.entries(tree)) {
    if (value === undefined) continue;
    const here = [...path, key];
    if (isTree(value)) {
      const inner = isTree(target[key]) ? { ...target[key] } : {};
      mergeTree(inner, { layer, origins, tree: value, path: here });
      setPath(target, [key], inner);
    } else {
      setPath(target, [key], value);
    }
    origins.set(here.join("."), layer.locate(here));
  }
}

/** Sets an own property, whatever its name: a key such as `__proto__` must not reach a prototype. */
function setPath(tree: MutableTree, [key = "", ...rest]: readonly string[], value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(tree, key)?.value as unknown;
  const next = rest.length === 0 ? value : isTree(own) ? own : {};
  Object.defineProperty(tree, key, { value: next, enumerable: true, configurable: true, writable: true });
  if (rest.length > 0) setPath(next as MutableTree, rest, value);
}

function isTree(value: unknown): value is SettingsTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Merged {
  readonly merged: SettingsTree;
  readonly origins: ReadonlyMap<string, string>;
  readonly layers: readonly Layer[];
}

function invalid(issues: readonly z.core.$ZodIssue[], { origins }: Merged): PaperboyError {
  const lines = issues.flatMap((issue) => describeIssue(issue, origins));
  return configInvalid(lines.join("\n"), "Run `paperboy --help` and see README.md for the keys and their values.");
}

function describeIssue(issue: z.core.$ZodIssue, origins: ReadonlyMap<string, string>): string[] {
  const keys = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const problem = issue.code === "unrecognized_keys" ? "unknown setting" : issue.message;
  return keys.map((key) => {
    const name = key.join(".");
    const origin = origins.get(name) ?? origins.get(key.filter((part) => typeof part === "string").join("."));
    return `${origin ? `${origin}: ` : ""}${name}: ${problem}`;
  });
}

function configInvalid(message: string, hint: string): PaperboyError {
  return new PaperboyError("config-invalid", { message, hint });
}
