/** A style rule with its media query, or null. Names are in lower case. */
export interface Rule {
  readonly media: string | null;
  readonly selector: string;
  readonly declarations: readonly Declaration[];
}

export interface Declaration {
  readonly name: string;
  readonly value: string;
  readonly important: boolean;
}

/**
 * Parses the rules of a style sheet, also inside `@media`. Skips other at-rules. Does not support braces in strings, which
 * letters do not need.
 */
export function parseSheet(css: string, media: string | null = null): Rule[] {
  const rules: Rule[] = [];
  for (const { head, body } of blocks(css.replaceAll(/\/\*[\s\S]*?\*\//g, ""))) {
    const query = /^@media\s+(.*)$/is.exec(head)?.[1];
    if (query !== undefined) rules.push(...parseSheet(body, query.trim().toLowerCase()));
    else if (!head.startsWith("@")) rules.push({ media, selector: head, declarations: parseDeclarations(body) });
  }
  return rules;
}

interface Block {
  readonly head: string;
  readonly body: string;
}

/** Returns the outermost `head { body }` blocks, without statements such as `@import x;` before a head. */
function blocks(css: string): Block[] {
  const found: Block[] = [];
  let depth = 0;
  let start = 0;
  let open = 0;
  for (const { 0: brace, index } of css.matchAll(/[{}]/g)) {
    if (brace === "{" && depth++ === 0) open = index;
    if (brace === "}" && depth > 0 && --depth === 0) {
      const head = css.slice(start, open).split(";").at(-1) ?? "";
      found.push({ head: head.trim(), body: css.slice(open + 1, index) });
      start = index + 1;
    }
  }
  return found;
}

/** Parses the body of a rule or a `style` attribute. */
export function parseDeclarations(body: string): Declaration[] {
  return body.split(/;(?![^(]*\))/).flatMap((part) => {
    const [, name, rest] = /^\s*([-\w]+)\s*:\s*([\s\S]+?)\s*$/.exec(part) ?? [];
    if (name === undefined || rest === undefined) return [];
    const value = rest.replace(/\s*!\s*important$/i, "");
    return [{ name: name.toLowerCase(), value: value.toLowerCase(), important: value !== rest }];
  });
}

/** Parses a length in CSS pixels: `600px`, or a bare number as in attributes; null for anything else. */
export function pixels(value: string | undefined): number | null {
  const [, number] = /^\s*(\d+(?:\.\d+)?)(?:px)?\s*$/i.exec(value ?? "") ?? [];
  return number === undefined ? null : Number(number);
}
