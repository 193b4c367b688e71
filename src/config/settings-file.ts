import { existsSync } from "node:fs";
import path from "node:path";
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import { readText } from "../core/files.js";
import { FILE_NAMES } from "./defaults.js";
import { isTree } from "./layer.js";
import type { Layer, Path } from "./layer.js";
import { ADVICE, configInvalid } from "./problems.js";

/**
 * Returns the layer of the settings file in `home`; the layer is empty if there is none.
 * @throws PaperboyError `config-invalid` for invalid YAML or two files; `io-failed` when the file cannot be read.
 */
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
  // A value that starts with `!` is a tag, and would silently become an empty text.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw configInvalid(`${at(problem.pos[0])}: ${withoutValue(problem.message)}`, FIX);
  const tree = treeOf(document, name) ?? {};
  if (!isTree(tree)) throw configInvalid(`${name}:1:1: expected settings, one \`key: value\` a line`, ADVICE);
  return { tree, locate: (path) => at(offsetOf(document, path)), problems: [] };
}

function treeOf(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // The YAML has an alias without an anchor, or too many nested aliases.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw configInvalid(`${name}: ${withoutValue(why)}`, FIX);
  }
}

/** What to do about invalid YAML. Passwords often start with a sign that means something in YAML. */
const FIX = "Fix the YAML there. A value that starts with one of * & ! % @ ` or contains `: ` or ` #` needs quotes.";

/** Leaves out the value at the end of a message of the YAML parser, which may be a password: `Unresolved tag: !secret`. */
function withoutValue(message: string): string {
  return message.replace(/: \S[^]*$/, "");
}

/** Returns the offset of a key in the file, or the offset of its nearest parent. */
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
