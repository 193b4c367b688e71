import { accented } from "./accents.js";
import { pairs } from "./signs.js";
import { hasScript, inFont, writeFraction, writeRoot, writeScript } from "./unicode-math.js";
import { joinPieces } from "./join.js";
import type { Kind, Piece } from "./join.js";

/** A node of temml's parse tree, with the properties that are used here. */
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

export interface WriteContext {
  /** Whether to write without spaces, as in scripts. */
  readonly tight: boolean;
  /** Returns the character of a symbol command. */
  readonly symbol: (name: string) => string;
  /** The color with which temml marks unknown commands. */
  readonly unknownColor: string;
  /** Whether to throw for an unknown command. */
  readonly refuse: boolean;
}

type Writer = (node: TexNode, context: WriteContext) => Piece;

/** Symbols that temml lacks or for which another character is more readable. */
const SYMBOLS = new Map([
  ...pairs(String.raw`
    \ldots … \cdots … \dots … \cdot · * * \ast * \star ⋆ \mid | \vert | \lvert | \rvert | \Vert ‖ \| ‖ \leqslant ≤ \geqslant ≥
    \thicksim ∼ \thickapprox ≈ \varnothing ∅ \backslash \ \prime ′ \epsilon ε \phi φ`),
  ["\\limsup", "lim sup"],
  ["\\liminf", "lim inf"],
]);

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

/** Writers by node type. A node of another type is written as its body, its base or its text. */
const WRITERS: Readonly<Record<string, Writer>> = {
  atom: (node, context) => ({ kind: kindOf(node.family), text: glyph(node.text, context) }),
  op: (node, context) => writeOperator(node, context),
  operatorname: (node, context) => ({ kind: "word", text: inside(node, tightly(context)) }),
  supsub: (node, context) => writeScripts(node, context),
  genfrac: (node, context) => writeGenfrac(node, context),
  sfrac: (node, context) => writeGenfrac({ ...node, hasBarLine: true }, context),
  sqrt: (node, context) => ord(writeRoot(write(node.index, tightly(context)), inside(node, tightly(context)))),
  font: (node, context) => ({ ...written(node.body, context), text: inFont(node.font ?? "", inside(node, context)) }),
  text: (node, context) => ({ kind: "text", text: inside(node, context) }),
  accent: (node, context) => ord(accented((node.label ?? "").replace(/^\\/, ""), write(node.base, context))),
  enclose: (node, context) => ord(accented((node.label ?? "").replace(/^\\/, ""), inside(node, context))),
  delimiter: (node, context) => between(node, context),
  leftright: (node, context) => between(node, context),
  delimsizing: (node, context) => ({ kind: kindOf(node.mclass), text: delimiter(node.delim, context) }),
  middle: (node, context) => ({ kind: "bin", text: delimiter(node.delim, context) }),
  ordgroup: (node, context) => writeGroup(node, context),
  not: (node, context) => ({ kind: "rel", text: inside(node, context) }),
  mclass: (node, context) => ({ kind: kindOf(node.mclass), text: inside(node, context) }),
  color: (node, context) => writeColor(node, context),
  array: (node, context) => ord(writeRows(node, context)),
  spacing: () => ({ kind: "space", text: " " }),
  kern: (node) => ({ kind: "space", text: (node.dimension?.number ?? 0) > 0 ? " " : "" }),
  xArrow: (node, context) => ({ kind: "rel", text: arrow(node, context) }),
  mathchoice: (node, context) => ord(writeNodes((node.text ?? []) as unknown as readonly TexNode[], context)),
  ...Object.fromEntries(
    ["phantom", "hphantom", "vphantom", "rule", "label", "tag", "noTag", "envTag", "internal", "includegraphics"].map(
      (type): [string, Writer] => [type, () => ({ kind: "space", text: "" })],
    ),
  ),
};

/** Writes a list of nodes as text. */
export function writeNodes(nodes: readonly TexNode[], context: WriteContext): string {
  return joinPieces(
    nodes.map((node) => toPiece(node, context)),
    context.tight,
  );
}

function toPiece(node: TexNode, context: WriteContext): Piece {
  const writer = Object.hasOwn(WRITERS, node.type) ? WRITERS[node.type] : undefined;
  if (writer) return writer(node, context);
  if (node.body !== undefined && node.body !== null) return ord(inside(node, context));
  if (node.base) return toPiece(node.base, context);
  return ord(node.mode === "text" && !node.text?.startsWith("\\") ? (node.text ?? "") : glyph(node.text, context));
}

function written(body: TexNode["body"], context: WriteContext): Piece {
  return body && typeof body === "object" && "type" in body ? toPiece(body, context) : ord("");
}

function write(node: TexNode | null | undefined, context: WriteContext): string {
  return node ? toPiece(node, context).text : "";
}

function inside({ body }: TexNode, context: WriteContext): string {
  if (body === null || body === undefined) return "";
  if (typeof body === "string") return body;
  if ("type" in body) return write(body, context);
  return writeNodes(body.flat(), context);
}

function ord(text: string): Piece {
  return { kind: "ord", text };
}

function tightly(context: WriteContext): WriteContext {
  return context.tight ? context : { ...context, tight: true };
}

function kindOf(family: string | undefined): Kind {
  return KIND_OF_FAMILY[family ?? ""] ?? "ord";
}

/** Characters that are written unchanged, because looking them up in temml takes longer than parsing the formula. */
const PLAIN_GLYPH = /^[\p{L}\p{N}!"()+,./:;<=>?@[\]|]$/u;

function glyph(text: string | undefined, context: WriteContext): string {
  if (text === undefined || PLAIN_GLYPH.test(text)) return text ?? "";
  return SYMBOLS.get(text) ?? context.symbol(text);
}

function delimiter(name: string | undefined, context: WriteContext): string {
  return name === undefined || name === "." ? "" : glyph(name, context);
}

function between(node: TexNode, context: WriteContext): Piece {
  return {
    kind: "fenced",
    text: `${delimiter(node.left, context)}${inside(node, context)}${delimiter(node.right, context)}`,
  };
}

function writeOperator(node: TexNode, context: WriteContext): Piece {
  if (node.name === undefined) return { kind: "word", text: inside(node, context) };
  if (node.symbol) return { kind: "op", text: glyph(node.name, context) };
  return { kind: "word", text: SYMBOLS.get(node.name) ?? node.name.replace(/^\\/, "") };
}

function writeGenfrac(node: TexNode, context: WriteContext): Piece {
  const numerator = write(node.numer, tightly(context));
  const denominator = write(node.denom, tightly(context));
  if (node.hasBarLine === false) return ord(`(${numerator} choose ${denominator})`);
  const text = writeFraction(numerator, denominator);
  return { kind: text.includes("/") ? "fraction" : "ord", text };
}

/** Writes a group. A group of one symbol, such as `{=}` or `{,}`, has no space around it. */
function writeGroup(node: TexNode, context: WriteContext): Piece {
  const text = inside(node, context);
  return text.trim() === "" ? { kind: "space", text } : { kind: "group", text };
}

function writeScripts(node: TexNode, context: WriteContext): Piece {
  const base: Piece = node.base ? toPiece(node.base, context) : ord("");
  const sub = write(node.sub, tightly(context));
  const sup = write(node.sup, tightly(context));
  const kind = base.kind === "op" || base.kind === "word" ? base.kind : base.kind === "rel" ? "rel" : "ord";
  const text = base.kind === "fraction" ? `(${base.text})` : base.text;
  const lowered = writeScript("sub", sub);
  const raised = writeScript("sup", sup);
  // A superscript precedes an ASCII subscript, so that it does not seem to belong to it: x²_w, not x_w².
  const raisedFirst = sub !== "" && !hasScript("sub", sub) && hasScript("sup", sup);
  return { kind, text: raisedFirst ? `${text}${raised}${lowered}` : `${text}${lowered}${raised}` };
}

/** Writes the contents of a color. An unknown command, which temml colors, becomes a readable word: its name. */
function writeColor(node: TexNode, context: WriteContext): Piece {
  const text = inside(node, context);
  if (node.color !== context.unknownColor) return ord(text);
  if (context.refuse) throw new Error(`unknown command ${text}`);
  return { kind: "unknown", text: text.replace(/^\\/, "") };
}

function writeRows({ body }: TexNode, context: WriteContext): string {
  if (!Array.isArray(body)) return "";
  const rows = body as readonly (readonly TexNode[])[];
  return rows
    .map((row) => row.map((cell) => write(cell, context)).reduce(besideCell, ""))
    .filter((row) => row.trim() !== "")
    .join("; ");
}

function besideCell(row: string, cell: string): string {
  if (row === "" || cell === "") return row + cell;
  return /^\s*[=<>≤≥≈∼≠→]/.test(cell) ? `${row} ${cell.trim()}` : `${row}, ${cell}`;
}

function arrow(node: TexNode, context: WriteContext): string {
  const head = context.symbol((node.name ?? "").replace("\\x", "\\"));
  return `${head.startsWith("\\") ? "→" : head}${writeScript("sup", inside(node, tightly(context)))}`;
}
