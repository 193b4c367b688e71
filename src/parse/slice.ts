import { LIMITS } from "./limits.js";

const MARK = 'data-target="DailyPapers"';

const PROPS = ' data-props="';

/** The rest of the tag: attributes that are all written one way. */
const TAG = /^<div(?:\s+[a-z][a-z0-9-]*="[^"<>]*")*\s*>$/;

/** Where a tag is no element but text. */
const HIDING: readonly (readonly [open: string, close: string])[] = [
  ["<!--", "-->"],
  ["<script", "</script"],
  ["<style", "</style"],
  ["<template", "</template"],
  ["<textarea", "</textarea"],
  ["<noscript", "</noscript"],
  ["<title", "</title"],
];

/**
 * The character references that the site writes into its data; a page with any other is read as a document. As patterns: with
 * texts, `replaceAll` makes a new text at each of the twenty thousand places.
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

/** The parts of a list page, cut out of its text. */
export interface Slice {
  /** The data, as the JSON that it is. */
  readonly data: string;
  /** The page without it. */
  readonly rest: string;
}

/**
 * Cuts the data out of a list page. Reading half a megabyte of it as an attribute takes longer than all that follows
 * (docs/performance.md).
 * @returns null where the page is built in any other way than the real ones (measured over eight daily pages).
 */
export function sliceData(body: string): Slice | null {
  const at = body.indexOf(MARK);
  const from = body.lastIndexOf("<", at);
  const headEnd = body.indexOf("</head>");
  const isAlone = at !== -1 && body.indexOf(MARK, at + 1) === -1 && body.length <= LIMITS.body;
  if (!isAlone || headEnd === -1 || from < headEnd || isHidden(body, from)) return null;
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

function isHidden(body: string, at: number): boolean {
  return HIDING.some(([open, close]) => body.lastIndexOf(open, at) > body.lastIndexOf(close, at));
}
