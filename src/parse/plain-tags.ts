import { LIMITS, tagsIn } from "./limits.js";

/** What is told of a page while it is walked through; whoever answers `false` refuses it. */
export interface TagVisitor {
  /** An element begins; `attributes` as its tag wrote them. One that is a leaf has ended already, and holds no text. */
  readonly open: (element: OpenTag) => boolean;
  /** A text between tags, its references as they were written. */
  readonly text: (words: string) => boolean;
  /** The element that was opened last and has not ended ends. */
  readonly close: () => void;
}

/** An element at its beginning. */
export interface OpenTag {
  readonly name: string;
  readonly attributes: string;
  readonly isLeaf: boolean;
}

const BLANK = String.raw`[ \t\r\n\f]`;
const ATTRIBUTE = String.raw`${BLANK}+[a-zA-Z_:][\w:.-]*(?:="[^"]*")?`;
/** A drawing of curves alone, of which no selector asks anything: most of a page's tags. */
const CURVE = String.raw`<(path|circle|rect|ellipse|line|polygon|polyline)(?:(?!${BLANK}+class)${ATTRIBUTE})*(?:><\/\3>|\/>)`;
const DRAWING = String.raw`<svg((?:${ATTRIBUTE})*)>(?:${CURVE}){0,99}<\/svg>`;
const BEGIN = String.raw`<([a-z][a-zA-Z0-9]*)((?:${ATTRIBUTE})*)${BLANK}*(\/?)>`;
const END = String.raw`<\/([a-z][a-zA-Z0-9]*)>`;
/** Comments that stand beside each other, up to so many, are one step. */
const COMMENTS = 9;
const OTHER = `(?:<!--[^<>]*-->){1,${COMMENTS}}|<!(?:doctype|DOCTYPE) html>`;
const TOKEN = new RegExp(`([^<]*)(?:${DRAWING}|${BEGIN}|${END}|${OTHER}|$)`, "y");

const VOID = /^(?:br|hr|img|input|link|meta|source|track|wbr)$/;
/** Elements of text alone, whatever it looks like. */
const RAW: ReadonlyMap<string, RegExp> = new Map([
  ["script", /<\/script/gi],
  ["style", /<\/style/gi],
  ["title", /<\/title/gi],
]);
/** Elements that end, or end others, without being told to, or are read in a way of their own; and rare ones that never hold anything. */
const UNUSUAL =
  /^(?:t[rhd]|thead|tbody|tfoot|select|output|datalist|textarea|option|optgroup|d[dt]|r[tp]|xmp|math|m[ions]|mtext|desc|area|base|basefont|col|command|embed|frame|isindex|keygen|param)$/;
/** The capitals that names of elements of a drawing have. */
const MIXED = /^(?:linearGradient|radialGradient|clipPath|[a-z0-9]*)$/;
/** What leaves the element open that it stands in. */
const WITHIN: ReadonlyMap<string, RegExp> = new Map([
  ["p", /^(?:a|b|i|br|em|code|img|span|strong|svg)$/],
  ["li", /^(?!li$)/],
  ["button", /^(?!(?:button|input)$)/],
  ["head", /^(?!body$)/],
]);

/** What is known of a name; each is looked at once. */
interface Kind {
  readonly isVoid: boolean;
  readonly fits: boolean;
  readonly fitsInDrawing: boolean;
}
const kinds = new Map<string, Kind>();

interface Open {
  readonly name: string;
  nodes: number;
}

/**
 * Walks through a page that is written in the plainest way: every tag in full, every element ended where it ends. What is
 * told of it is what the document would hold (html.ts); the little that HTML is here takes a fraction of the time.
 * @returns false for a page that is written otherwise in any place, that meets a limit, or that was refused.
 */
export function walkTags(page: string, visitor: TagVisitor): boolean {
  if (tagsIn(page) > LIMITS.tags) return false;
  const walk: Walk = { page, at: 0, drawing: null, open: [{ name: "", nodes: 0 }], visitor };
  while (walk.at < page.length) {
    TOKEN.lastIndex = walk.at;
    const token = TOKEN.exec(page);
    if (token === null) return false;
    walk.at = TOKEN.lastIndex;
    if (!take(walk, token)) return false;
  }
  return walk.open.length === 1;
}

interface Walk {
  readonly page: string;
  readonly open: Open[];
  readonly visitor: TagVisitor;
  at: number;
  /** The drawing that is open; none stands in another. */
  drawing: Open | null;
}

function take(
  walk: Walk,
  [, words, drawing, , name, attributes, slash, end]: readonly (string | undefined)[],
): boolean {
  if (words && !(count(walk, 1) && walk.visitor.text(words))) return false;
  if (end !== undefined) return takeEnd(walk, end);
  if (name !== undefined) return takeBegin(walk, { name, attributes: attributes ?? "", closesItself: slash === "/" });
  if (drawing === undefined) return count(walk, COMMENTS);
  return count(walk, 1) && fits(walk, "svg") && walk.visitor.open({ name: "svg", attributes: drawing, isLeaf: true });
}

function takeEnd(walk: Walk, name: string): boolean {
  const last = walk.open.pop();
  if (walk.open.length === 0 || last?.name !== name) return false;
  if (last === walk.drawing) walk.drawing = null;
  walk.visitor.close();
  return true;
}

function takeBegin(
  walk: Walk,
  tag: Pick<OpenTag, "name" | "attributes"> & { readonly closesItself: boolean },
): boolean {
  const { name, attributes, closesItself } = tag;
  if (!count(walk, 1) || !fits(walk, name)) return false;
  const isLeaf = kindOf(name).isVoid || (closesItself && walk.drawing !== null);
  if ((closesItself && !isLeaf) || !walk.visitor.open({ name, attributes, isLeaf })) return false;
  if (isLeaf) return true;
  const opened = { name, nodes: 0 };
  walk.open.push(opened);
  if (name === "svg") walk.drawing = opened;
  const end = RAW.get(name);
  return end === undefined || takeRaw(walk, end);
}

/** The text up to the end of an element that holds nothing else. */
function takeRaw(walk: Walk, end: RegExp): boolean {
  end.lastIndex = walk.at;
  const at = end.exec(walk.page)?.index ?? -1;
  const words = walk.page.slice(walk.at, at);
  if (at === -1 || (words !== "" && !walk.visitor.text(words))) return false;
  walk.at = at;
  return true;
}

/** Whether an element may stand here and does just what its tags say. */
function fits({ open, drawing }: Walk, name: string): boolean {
  if (drawing !== null) return kindOf(name).fitsInDrawing;
  const within = WITHIN.get(open[open.length - 1]?.name ?? "");
  return kindOf(name).fits && (within === undefined || within.test(name));
}

function kindOf(name: string): Kind {
  const known = kinds.get(name);
  if (known) return known;
  const isUsual = !UNUSUAL.test(name);
  const kind = {
    isVoid: VOID.test(name),
    fits: isUsual && !/[A-Z]/.test(name),
    fitsInDrawing: isUsual && MIXED.test(name) && name !== "svg" && !RAW.has(name) && !WITHIN.has(name),
  };
  kinds.set(name, kind);
  return kind;
}

/** Nodes more in the element that is open. */
function count({ open }: Walk, nodes: number): boolean {
  const last = open[open.length - 1];
  if (last === undefined || open.length > LIMITS.depth) return false;
  last.nodes += nodes;
  return last.nodes <= LIMITS.siblings;
}
