import { createRequire } from "node:module";
import type * as CssInline from "@css-inline/css-inline";

/** Handlebars comments, then any other tag. */
const TAG = /\{\{!--[\s\S]*?--\}\}|\{\{\{[\s\S]*?\}\}\}|\{\{[\s\S]*?\}\}/g;

/**
 * Inlines the rules of a style sheet into the `style` attributes of a template, so that this is not repeated for every message.
 * During inlining, template tags are hidden: as comments between elements (a table may contain them), as words elsewhere. Text
 * outside `<body>` is unchanged. Because each partial is inlined separately, only rules with a single class or element name are
 * reliable.
 */
export function inlineStyles(source: string, css: string): string {
  const [, before = "", body = source, after = ""] =
    /^([\s\S]*<body[^>]*>)([\s\S]*)(<\/body>[\s\S]*)$/.exec(source) ?? [];
  const kept: string[] = [];
  const hide = (text: string) => hideTags(text, kept);
  const inlined = inlineFragment(`<div>${hide(body)}</div>`, hideWords(css, kept));
  const styled = inlined
    .replace(/^\s*<div>/, "")
    .replace(/<\/div>\s*$/, "")
    .replaceAll(/<\/?tbody>/g, "")
    .replaceAll(
      /<!--paperboy:(\d+)-->|paperboy(\d+)x/g,
      (_, comment: string, word: string) => kept[Number(comment ?? word)] ?? "",
    );
  return before + styled + after;
}

function inlineFragment(html: string, css: string): string {
  const inliner = createRequire(import.meta.url)("@css-inline/css-inline") as typeof CssInline;
  return inliner.inlineFragment(html, css, { loadRemoteStylesheets: false, minifyCss: true });
}

function hideTags(text: string, kept: string[]): string {
  let end = 0;
  let hidden = "";
  for (const match of text.matchAll(TAG)) {
    hidden += text.slice(end, match.index);
    end = match.index + match[0].length;
    const place = kept.push(match[0].startsWith("{{!") ? "" : match[0]) - 1;
    const isStructure = /^\{\{~?\s*(?:[#/^>!]|else\b)/.test(match[0]);
    hidden += isStructure && !isInsideElementTag(hidden) ? `<!--paperboy:${place}-->` : `paperboy${place}x`;
  }
  return hidden + text.slice(end);
}

function isInsideElementTag(text: string): boolean {
  return text.lastIndexOf("<") > text.lastIndexOf(">");
}

function hideWords(css: string, kept: string[]): string {
  return css.replaceAll(TAG, (tag) => `paperboy${kept.push(tag) - 1}x`);
}
