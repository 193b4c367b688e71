import { escapeHtml } from "../../core/escape.js";

/** An element of XML: its name, attributes, and its text or elements. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly inner?: string | readonly Element[];
}

/** Writes a document of XML 1.0 in UTF-8; every text in it stays text. */
export function writeXml(root: Element): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${write(root)}\n`;
}

function write({ name, attributes = {}, inner = "" }: Element): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const content = typeof inner === "string" ? escapeXml(inner) : inner.map((element) => `\n${write(element)}`).join("");
  const head = `<${name}${written.join("")}`;
  return content === "" ? `${head}/>` : `${head}>${content}</${name}>`;
}

/** What XML 1.0 (section 2.2, "Char") does not allow at all, not even escaped, and the controls that it advises against. */
const NO_CHARACTERS = /[^\P{Cc}\t\n\r]|[\p{Cs}\uFFFE\uFFFF]/gu;

/** A text as it may stand in an element or an attribute. */
export function escapeXml(text: string): string {
  return escapeHtml(text.replaceAll(NO_CHARACTERS, ""));
}
