import { LIMITS } from "./limits.js";

const MARK = 'data-target="DailyPapers"';

const PROPS = ' data-props="';

/** The tag without the data. All its attributes are in double quotes. */
const TAG = /^<div(?:\s+[a-z][a-z0-9-]*="[^"<>]*")*\s*>$/;

/** Delimiters of sections in which a tag is text, not an element. */
const TEXT_SECTIONS: readonly (readonly [open: string, close: string])[] = [
  ["<!--", "-->"],
  ["<script", "</script"],
  ["<style", "</style"],
  ["<template", "</template"],
  ["<textarea", "</textarea"],
  ["<noscript", "</noscript"],
  ["<title", "</title"],
];

/**
 * The character references that the site uses in its data. These are patterns, because `replaceAll` with a string is much
 * slower for twenty thousand matches.
 */
const REFERENCES: readonly (readonly [reference: RegExp, character: string])[] = [
  [/&quot;/g, '"'],
  [/&#39;/g, "'"],
  [/&#x27;/g, "'"],
  [/&lt;/g, "<"],
  [/&gt;/g, ">"],
  [/&amp;/g, "&"],
];
const OTHER_REFERENCE = /&(?!(?:quot|#39|#x27|lt|gt|amp);)/;

/** A list page, cut in two. */
export interface Slice {
  /** The hydration data as JSON. */
  readonly data: string;
  /** The page without the data. */
  readonly rest: string;
}

/**
 * Cuts the hydration data out of a list page. Parsing this half a megabyte as an HTML attribute would take longer than parsing
 * the rest of the page.
 * @returns null for a page that is not built like the eight real daily pages. The caller then reads the data from the parsed
 *   document.
 */
export function sliceData(body: string): Slice | null {
  const at = body.indexOf(MARK);
  const from = body.lastIndexOf("<", at);
  const headEnd = body.indexOf("</head>");
  const isAlone = at !== -1 && body.indexOf(MARK, at + 1) === -1 && body.length <= LIMITS.body;
  if (!isAlone || headEnd === -1 || from < headEnd || isInTextSection(body, from)) return null;
  const props = body.indexOf(PROPS, from);
  const start = props + PROPS.length;
  const end = props === -1 ? -1 : body.indexOf('"', start);
  if (end === -1) return null;
  const tag = `${body.slice(from, props)}${body.slice(end + 1, body.indexOf(">", end) + 1)}`;
  const isPlain = TAG.test(tag) && tag.includes(MARK) && !tag.includes(PROPS);
  const value = body.slice(start, end);
  if (!isPlain || value.includes("<") || OTHER_REFERENCE.test(value)) return null;
  return {
    data: undoReferences(value),
    rest: `${body.slice(0, props)}${body.slice(end + 1)}`,
  };
}

function undoReferences(text: string): string {
  return REFERENCES.reduce((current, [reference, character]) => current.replace(reference, character), text);
}

function isInTextSection(body: string, at: number): boolean {
  return TEXT_SECTIONS.some(([open, close]) => body.lastIndexOf(open, at) > body.lastIndexOf(close, at));
}
