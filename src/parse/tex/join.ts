import { endsInRoot } from "./unicode-math.js";

/** The spacing class of a piece of a formula, after TeX's math classes. */
export type Kind =
  | "ord"
  | "text"
  | "group"
  | "fenced"
  | "word"
  | "op"
  | "bin"
  | "rel"
  | "open"
  | "close"
  | "punct"
  | "fraction"
  | "space"
  | "unknown";

export interface Piece {
  readonly kind: Kind;
  readonly text: string;
}

/** Adjacent pieces of these kinds are multiplied. */
const FACTORS: ReadonlySet<Kind> = new Set(["ord", "group", "fenced", "word", "op", "fraction"]);
/**
 * Kinds that are separated from a function name such as `log` by a space, on either side; a closing bracket only before the
 * name.
 */
const BEFORE_WORD: ReadonlySet<Kind> = new Set(["ord", "group", "fenced", "word", "op", "close", "fraction", "text"]);
const AFTER_WORD: ReadonlySet<Kind> = new Set(["ord", "group", "word", "op", "fraction", "text"]);

/**
 * Joins pieces, with spaces around relations (`x ≤ y`) and function names (`n log n`) and none elsewhere (`2×3`). `tight`, for
 * scripts, keeps only the spaces around names.
 */
export function joinPieces(pieces: readonly Piece[], tight: boolean): string {
  const solid = withoutOuterSpaces(withoutFormats(pieces.filter(({ text }) => text !== "")));
  return solid.map((_, index) => gap(solid, index, tight) + shape(solid, index)).join("");
}

/** Removes unknown commands that have an argument, such as `\added{x}`: they format it. */
function withoutFormats(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.filter(({ kind }, index) => kind !== "unknown" || pieces[index + 1]?.kind !== "group");
}

/** Removes spaces at both ends, unless there is nothing else: `$\,x$` is `x`, `$\ $` is a space. */
function withoutOuterSpaces(pieces: readonly Piece[]): readonly Piece[] {
  const first = pieces.findIndex(({ kind }) => kind !== "space");
  const last = pieces.findLastIndex(({ kind }) => kind !== "space");
  return first < 0 ? pieces.slice(0, 1) : pieces.slice(first, last + 1);
}

function shape(pieces: readonly Piece[], index: number): string {
  const piece = pieces[index];
  if (piece === undefined) return "";
  const before = pieces[index - 1]?.kind;
  const after = pieces[index + 1]?.kind;
  if (piece.kind === "fraction" && [before, after].some((kind) => kind !== undefined && FACTORS.has(kind))) {
    return `(${piece.text})`;
  }
  return piece.text;
}

function gap(pieces: readonly Piece[], index: number, tight: boolean): string {
  const left = pieces[index - 1];
  const right = pieces[index];
  if (left === undefined || right === undefined || left.kind === "space" || right.kind === "space") return "";
  if (runsTogether(left, right)) return " ";
  if (right.kind === "word" && BEFORE_WORD.has(left.kind)) return " ";
  if (tight) return left.kind === "word" && AFTER_WORD.has(right.kind) ? " " : "";
  if (left.kind === "punct" || left.text === ":") return startsNumberGroup(pieces, index) ? "" : " ";
  if (right.text === ":") return "";
  if (left.kind === "rel") return right.kind === "rel" || index === 1 ? "" : " ";
  if (right.kind === "rel") return " ";
  return (left.kind === "word" || left.kind === "op") && AFTER_WORD.has(right.kind) ? " " : "";
}

/** Whether a script without Unicode characters, a root or an unknown command would absorb the next name: `w_k R`, `√n T`. */
function runsTogether(left: Piece, right: Piece): boolean {
  const open = /[_^][\p{L}\p{N}.]+$/u.test(left.text) || left.kind === "unknown" || endsInRoot(left.text);
  return open && /^[\p{L}\p{N}.√]/u.test(right.text);
}

/** Whether the piece continues a number such as `10,000` or a ratio such as `1:10`, which have no space after the sign. */
function startsNumberGroup(pieces: readonly Piece[], index: number): boolean {
  const digits = (at: number): boolean => /^\d/.test(pieces[at]?.text ?? "");
  const ratio = pieces[index - 1]?.text === ":" && digits(index - 2);
  const thousands = digits(index - 2) && digits(index + 1) && digits(index + 2) && !digits(index + 3);
  return digits(index) && (ratio || thousands || continuesThousands(pieces, index));
}

function continuesThousands(pieces: readonly Piece[], index: number): boolean {
  const run = pieces.slice(index, index + 4).map(({ text }) => text);
  return /^\d\d\d,$/.test(run.join("")) && /^\d$/.test(pieces[index - 2]?.text ?? "");
}
