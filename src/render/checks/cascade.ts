import type { CheerioAPI } from "cheerio/slim";
import type { Declaration, Rule } from "./css.js";
import { inlineStyle, matching } from "./elements.js";
import type { Element } from "./elements.js";

/** Light is what a letter says without a word about schemes; dark is `prefers-color-scheme: dark`. */
export type Scheme = "light" | "dark";

/** The value of a property on an element itself, not inherited; undefined when nothing sets it. */
export type Cascade = (
  element: Element,
  names: readonly string[],
) => { readonly name: string; readonly value: string } | undefined;

interface Weighed extends Declaration {
  /** Inline styles stand above selectors; `!important` stands above both. Equal weights: the later one wins. */
  readonly weight: number;
}

const INLINE = 1_000_000;
const IMPORTANT = 10_000_000;

/**
 * What a client does that obeys the `<style>` element, in one colour scheme. Rules for narrow screens count in neither,
 * since they change sizes, not colours.
 */
export function cascade($: CheerioAPI, rules: readonly Rule[], scheme: Scheme): Cascade {
  const bySheet = new Map<Element, Weighed[]>();
  for (const { selector, declarations } of rules.filter(({ media }) => applies(media, scheme))) {
    for (const part of selector.split(",")) {
      const weighed = declarations.map((declaration) => weigh(declaration, specificity(part)));
      for (const element of matching($, part)) bySheet.set(element, [...(bySheet.get(element) ?? []), ...weighed]);
    }
  }
  const known = new Map<Element, readonly Weighed[]>();
  return (element, names) => {
    const own = known.get(element) ?? [...(bySheet.get(element) ?? []), ...inlineOf(element)];
    known.set(element, own);
    const candidates = own.filter(({ name }) => names.includes(name));
    return candidates.reduce<Weighed | undefined>(
      (best, next) => (best && best.weight > next.weight ? best : next),
      undefined,
    );
  };
}

const inlines = new WeakMap<readonly Declaration[], readonly Weighed[]>();

/** Elements whose styles are the same text share the list of their declarations. */
function inlineOf(element: Element): readonly Weighed[] {
  const declarations = inlineStyle(element);
  const known = inlines.get(declarations) ?? declarations.map((declaration) => weigh(declaration, INLINE));
  inlines.set(declarations, known);
  return known;
}

function applies(media: string | null, scheme: Scheme): boolean {
  if (media === null || media === "all" || media === "screen") return true;
  return media.includes(`prefers-color-scheme: ${scheme}`) || media.includes(`prefers-color-scheme:${scheme}`);
}

function weigh(declaration: Declaration, weight: number): Weighed {
  return { ...declaration, weight: weight + (declaration.important ? IMPORTANT : 0) };
}

/** Selectors Level 4, section 17, for the selectors that letters use: ids, then classes and attributes, then names. */
function specificity(selector: string): number {
  const count = (pattern: RegExp) => selector.match(pattern)?.length ?? 0;
  return (
    count(/#[\w-]+/g) * 10_000 + count(/\.[\w-]+|\[[^\]]*\]|:[\w-]+/g) * 100 + count(/(?<![\w.#:[-])[a-z][\w-]*/gi)
  );
}
