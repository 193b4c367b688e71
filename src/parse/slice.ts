import { LIMITS } from "./limits.js";

const MARK = 'data-target="DailyPapers"';

/** What follows the mark up to the end of its tag, quoted values whole. */
const REST_OF_TAG = String.raw`(?:[^"'<>]|"[^"]*"|'[^']*')*>`;

/** Where a tag is no element but text. */
const HIDING: readonly (readonly [open: string, close: string])[] = [
  ["<!--", "-->"],
  ["<script", "</script"],
  ["<template", "</template"],
];

/**
 * The part of a list page that its data stands in: the head, and the one tag that carries the data, as a small page of
 * its own. Reading it takes a fraction of reading the cards too (docs/performance.md).
 * @returns null where the page is built in any other way than the real ones (measured over eight daily pages).
 */
export function sliceData(body: string): string | null {
  const at = body.indexOf(MARK);
  const from = body.lastIndexOf("<", at);
  const headEnd = body.indexOf("</head>");
  const isAlone = at !== -1 && body.indexOf(MARK, at + 1) === -1 && body.length <= LIMITS.body;
  if (!isAlone || headEnd === -1 || from < headEnd || !/^<div\s[^<>]*$/.test(body.slice(from, at))) return null;
  if (HIDING.some(([open, close]) => body.lastIndexOf(open, from) > body.lastIndexOf(close, from))) return null;
  const tag = new RegExp(REST_OF_TAG, "y");
  tag.lastIndex = at;
  const rest = tag.exec(body)?.[0];
  return rest === undefined
    ? null
    : `${body.slice(0, headEnd)}</head><body>${body.slice(from, at)}${rest}</div></body></html>`;
}
