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
const OTHER = "<!--[^<>]*-->|<!(?:doctype|DOCTYPE) html>";
const TOKEN = new RegExp(`([^<]*)(?:${DRAWING}|${BEGIN}|${END}|${OTHER}|$)`, "y");

const VOID = /^(?:br|hr|img|input|link|meta|source|track|wbr)$/;
/** Elements of text alone, whatever it looks like. */
const RAW: Readonly<Record<string, RegExp>> = {
  script: /<\/script/gi,
  style: /<\/style/gi,
  title: /<\/title/gi,
};
/** Elements that end, or end others, without being told to, or are read in a way of their own; and rare ones that never hold anything. */
const UNUSUAL =
  /^(?:t[rhd]|thead|tbody|tfoot|select|output|datalist|textarea|option|optgroup|d[dt]|r[tp]|xmp|math|m[ions]|mtext|desc|area|base|basefont|col|command|embed|frame|isindex|keygen|param)$/;
/** The capitals that names of elements of a drawing have. */
const MIXED = /^(?:linearGradient|radialGradient|clipPath|[a-z0-9]*)$/;
/** What leaves the element open that it stands in. */
const WITHIN: Readonly<Record<string, RegExp>> = {
  p: /^(?:a|b|i|br|em|code|img|span|strong|svg)$/,
  li: /^(?!li$)/,
  button: /^(?!(?:button|input)$)/,
  head: /^(?!body$)/,
};

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
  const walk: Walk = { page, at: 0, open: [{ name: "", nodes: 0 }], visitor };
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
}

function take(walk: Walk, [, words = "", drawing, , name, attributes = "", slash, end]: readonly Part[]): boolean {
  if (words !== "" && !(count(walk) && walk.visitor.text(words))) return false;
  if (end !== undefined) return takeEnd(walk, end);
  if (!count(walk)) return false;
  if (drawing !== undefined)
    return fits(walk, "svg") && walk.visitor.open({ name: "svg", attributes: drawing, isLeaf: true });
  return name === undefined || takeBegin(walk, { name, attributes, closesItself: slash === "/" });
}

type Part = string | undefined;

function takeEnd({ open, visitor }: Walk, name: string): boolean {
  if (open.length === 1 || open.pop()?.name !== name) return false;
  visitor.close();
  return true;
}

function takeBegin(
  walk: Walk,
  tag: Pick<OpenTag, "name" | "attributes"> & { readonly closesItself: boolean },
): boolean {
  const { name, attributes, closesItself } = tag;
  const isLeaf = VOID.test(name) || (closesItself && isInDrawing(walk) && name !== "svg");
  if (!fits(walk, name) || (closesItself && !isLeaf) || !walk.visitor.open({ name, attributes, isLeaf })) return false;
  if (isLeaf) return true;
  walk.open.push({ name, nodes: 0 });
  const end = RAW[name];
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
function fits(walk: Walk, name: string): boolean {
  const around = walk.open[walk.open.length - 1]?.name ?? "";
  if (UNUSUAL.test(name) || WITHIN[around]?.test(name) === false) return false;
  return isInDrawing(walk) ? MIXED.test(name) && name !== "svg" && !(name in RAW) : !/[A-Z]/.test(name);
}

function isInDrawing({ open }: Walk): boolean {
  return open.some(({ name }) => name === "svg");
}

/** One node more in the element that is open. */
function count({ open }: Walk): boolean {
  const last = open[open.length - 1];
  if (last === undefined || open.length > LIMITS.depth) return false;
  last.nodes += 1;
  return last.nodes <= LIMITS.siblings;
}
