import { accented } from "./accents.js";
import { inFont, writeFraction, writeRoot } from "./letters.js";
import { joinPieces } from "./join.js";
import type { Kind, Piece } from "./join.js";
import { hasScript, writeScript } from "./scripts.js";

/** A node of temml's parse tree, as far as this walk reads it. */
export interface TexNode {
  readonly type: string;
  readonly mode?: "math" | "text";
  readonly text?: string;
  readonly body?: TexNode | string | readonly (TexNode | readonly TexNode[])[] | null;
  readonly base?: TexNode | null;
  readonly sub?: TexNode | null;
  readonly sup?: TexNode | null;
  readonly index?: TexNode | null;
  readonly numer?: TexNode;
  readonly denom?: TexNode;
  readonly hasBarLine?: boolean;
  readonly left?: string;
  readonly right?: string;
  readonly delim?: string;
  readonly label?: string;
  readonly name?: string;
  readonly symbol?: boolean;
  readonly font?: string;
  readonly family?: string;
  readonly mclass?: string;
  readonly color?: string;
  readonly dimension?: { readonly number: number; readonly unit: string };
}

/** What the walk is given: how to look a symbol up, how temml marks what it does not know, and whether to write without spaces. */
export interface Walk {
  readonly tight: boolean;
  readonly symbol: (name: string) => string;
  readonly unknown: string;
}

type Writer = (node: TexNode, walk: Walk) => Piece;

/** Symbols that read better than, or are missing from, what the parser's own table says. */
const SYMBOLS: Readonly<Record<string, string>> = {
  "\\ldots": "…",
  "\\cdots": "…",
  "\\dots": "…",
  "\\cdot": "·",
  "*": "*",
  "\\ast": "*",
  "\\star": "⋆",
  "\\mid": "|",
  "\\vert": "|",
  "\\lvert": "|",
  "\\rvert": "|",
  "\\Vert": "‖",
  "\\|": "‖",
  "\\leqslant": "≤",
  "\\geqslant": "≥",
  "\\thicksim": "∼",
  "\\thickapprox": "≈",
  "\\varnothing": "∅",
  "\\backslash": "\\",
  "\\prime": "′",
  "\\epsilon": "ε",
  "\\phi": "φ",
  "\\limsup": "lim sup",
  "\\liminf": "lim inf",
};

const KIND_OF_FAMILY: Readonly<Record<string, Kind>> = {
  bin: "bin",
  rel: "rel",
  open: "open",
  close: "close",
  punct: "punct",
  inner: "ord",
  mbin: "rel",
  mrel: "rel",
  mopen: "open",
  mclose: "close",
  mpunct: "punct",
};

/** How each kind of node is written. A kind that is not here is written as its body, its base or its text. */
const WRITERS: Readonly<Record<string, Writer>> = {
  atom: (node, walk) => ({ kind: kindOf(node.family), text: glyph(node.text, walk) }),
  op: (node, walk) => writeOperator(node, walk),
  operatorname: (node, walk) => ({ kind: "word", text: inside(node, tightly(walk)) }),
  supsub: (node, walk) => writeScripts(node, walk),
  genfrac: (node, walk) => writeGenfrac(node, walk),
  sfrac: (node, walk) => writeGenfrac({ ...node, hasBarLine: true }, walk),
  sqrt: (node, walk) => ord(writeRoot(write(node.index, tightly(walk)), inside(node, tightly(walk)))),
  font: (node, walk) => ({ ...written(node.body, walk), text: inFont(node.font ?? "", inside(node, walk)) }),
  text: (node, walk) => ({ kind: "text", text: inside(node, walk) }),
  accent: (node, walk) => ord(accented((node.label ?? "").replace(/^\\/, ""), write(node.base, walk))),
  enclose: (node, walk) => ord(accented((node.label ?? "").replace(/^\\/, ""), inside(node, walk))),
  delimiter: (node, walk) => between(node, walk),
  leftright: (node, walk) => between(node, walk),
  delimsizing: (node, walk) => ({ kind: kindOf(node.mclass), text: delimiter(node.delim, walk) }),
  middle: (node, walk) => ({ kind: "bin", text: delimiter(node.delim, walk) }),
  ordgroup: (node, walk) => writeGroup(node, walk),
  not: (node, walk) => ({ kind: "rel", text: inside(node, walk) }),
  mclass: (node, walk) => ({ kind: kindOf(node.mclass), text: inside(node, walk) }),
  color: (node, walk) => ({ kind: node.color === walk.unknown ? "unknown" : "ord", text: inside(node, walk) }),
  array: (node, walk) => ord(writeRows(node, walk)),
  spacing: () => ({ kind: "space", text: " " }),
  kern: (node) => ({ kind: "space", text: (node.dimension?.number ?? 0) > 0 ? " " : "" }),
  xArrow: (node, walk) => ({ kind: "rel", text: arrow(node, walk) }),
  mathchoice: (node, walk) => ord(writeNodes((node.text ?? []) as unknown as readonly TexNode[], walk)),
  ...Object.fromEntries(
    ["phantom", "hphantom", "vphantom", "rule", "label", "tag", "noTag", "envTag", "internal", "includegraphics"].map(
      (type): [string, Writer] => [type, () => ({ kind: "space", text: "" })],
    ),
  ),
};

/** A list of nodes as text. */
export function writeNodes(nodes: readonly TexNode[], walk: Walk): string {
  return joinPieces(
    nodes.map((node) => toPiece(node, walk)),
    walk.tight,
  );
}

function toPiece(node: TexNode, walk: Walk): Piece {
  const writer = Object.hasOwn(WRITERS, node.type) ? WRITERS[node.type] : undefined;
  if (writer) return writer(node, walk);
  if (node.body !== undefined && node.body !== null) return ord(inside(node, walk));
  if (node.base) return toPiece(node.base, walk);
  return ord(node.mode === "text" && !node.text?.startsWith("\\") ? (node.text ?? "") : glyph(node.text, walk));
}

function written(body: TexNode["body"], walk: Walk): Piece {
  return body && typeof body === "object" && "type" in body ? toPiece(body, walk) : ord("");
}

function write(node: TexNode | null | undefined, walk: Walk): string {
  return node ? toPiece(node, walk).text : "";
}

function inside({ body }: TexNode, walk: Walk): string {
  if (body === null || body === undefined) return "";
  if (typeof body === "string") return body;
  if ("type" in body) return write(body, walk);
  return writeNodes(body.flat(), walk);
}

function ord(text: string): Piece {
  return { kind: "ord", text };
}

function tightly(walk: Walk): Walk {
  return walk.tight ? walk : { ...walk, tight: true };
}

function kindOf(family: string | undefined): Kind {
  return KIND_OF_FAMILY[family ?? ""] ?? "ord";
}

/** Signs that stand for themselves. Asking the parser for them costs more than reading the whole formula. */
const PLAIN_GLYPH = /^[\p{L}\p{N}!"()+,./:;<=>?@[\]|]$/u;

function glyph(text: string | undefined, walk: Walk): string {
  if (text === undefined || PLAIN_GLYPH.test(text)) return text ?? "";
  return Object.hasOwn(SYMBOLS, text) ? (SYMBOLS[text] ?? text) : walk.symbol(text);
}

function delimiter(name: string | undefined, walk: Walk): string {
  return name === undefined || name === "." ? "" : glyph(name, walk);
}

function between(node: TexNode, walk: Walk): Piece {
  return { kind: "fenced", text: `${delimiter(node.left, walk)}${inside(node, walk)}${delimiter(node.right, walk)}` };
}

function writeOperator(node: TexNode, walk: Walk): Piece {
  if (node.name === undefined) return { kind: "word", text: inside(node, walk) };
  if (node.symbol) return { kind: "op", text: glyph(node.name, walk) };
  return { kind: "word", text: SYMBOLS[node.name] ?? node.name.replace(/^\\/, "") };
}

function writeGenfrac(node: TexNode, walk: Walk): Piece {
  const numerator = write(node.numer, tightly(walk));
  const denominator = write(node.denom, tightly(walk));
  if (node.hasBarLine === false) return ord(`(${numerator} choose ${denominator})`);
  const text = writeFraction(numerator, denominator);
  return { kind: text.includes("/") ? "fraction" : "ord", text };
}

/** A group of one symbol, such as `{=}` or `{,}`, is that symbol without the space that it would have alone. */
function writeGroup(node: TexNode, walk: Walk): Piece {
  const text = inside(node, walk);
  return text.trim() === "" ? { kind: "space", text } : { kind: "group", text };
}

function writeScripts(node: TexNode, walk: Walk): Piece {
  const base: Piece = node.base ? toPiece(node.base, walk) : ord("");
  const sub = write(node.sub, tightly(walk));
  const sup = write(node.sup, tightly(walk));
  const kind = base.kind === "op" || base.kind === "word" ? base.kind : base.kind === "rel" ? "rel" : "ord";
  const text = base.kind === "fraction" ? `(${base.text})` : base.text;
  const lowered = writeScript("sub", sub);
  const raised = writeScript("sup", sup);
  // A raised sign must not look like part of a name that could not be lowered: x²_w, not x_w².
  const raisedFirst = sub !== "" && !hasScript("sub", sub) && hasScript("sup", sup);
  return { kind, text: raisedFirst ? `${text}${raised}${lowered}` : `${text}${lowered}${raised}` };
}

function writeRows({ body }: TexNode, walk: Walk): string {
  if (!Array.isArray(body)) return "";
  const rows = body as readonly (readonly TexNode[])[];
  return rows
    .map((row) => row.map((cell) => write(cell, walk)).reduce(besideCell, ""))
    .filter((row) => row.trim() !== "")
    .join("; ");
}

function besideCell(row: string, cell: string): string {
  if (row === "" || cell === "") return row + cell;
  return /^\s*[=<>≤≥≈∼≠→]/.test(cell) ? `${row} ${cell.trim()}` : `${row}, ${cell}`;
}

function arrow(node: TexNode, walk: Walk): string {
  const head = walk.symbol((node.name ?? "").replace("\\x", "\\"));
  return `${head.startsWith("\\") ? "→" : head}${writeScript("sup", inside(node, tightly(walk)))}`;
}
