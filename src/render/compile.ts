import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type Handlebars from "handlebars";
import type { TemplateDelegate } from "handlebars";
import { PaperboyError } from "../core/errors.js";
import { HELPER_NAMES } from "./helpers.js";
import { inlineStyles } from "./inline.js";

/** Helpers of Handlebars that no letter needs: `log` would write into the data on standard output. */
const REFUSED_HELPERS = ["log", "lookup"] as const;
type RefusedHelper = (typeof REFUSED_HELPERS)[number];

/** A template file, read. */
export interface TemplateSource {
  /** Its path as messages name it. */
  readonly file: string;
  readonly text: string;
  /** The theme's rules for HTML; null for plain text, or to leave the file as it was written. */
  readonly css: string | null;
  /** Built-in helpers of Handlebars that this one may use although those of letters may not. */
  readonly mayUse?: readonly RefusedHelper[];
}

/** Templates that were compiled when the package was built, by the key of what went in. */
export type Precompiled = Readonly<Record<string, TemplateSpecification>>;

/**
 * Compiles a template, unless the build has done so. HTML is escaped always; plain text has nothing to escape.
 * @throws PaperboyError `config-invalid` naming file, line and column of a mistake.
 */
export function compileTemplate(source: TemplateSource, precompiled: Precompiled): TemplateDelegate {
  const ready = precompiled[templateKey(source)];
  if (ready) return (createRequire(import.meta.url)("handlebars/runtime") as typeof Handlebars).template(ready);
  refuseRawOutput(source);
  const { compile, parse } = loadHandlebars();
  return atPlace(source, () => {
    parse(source.text);
    return compile(styled(source), compileOptions(source));
  });
}

/** The same as JavaScript text, for the build. */
export function precompileTemplate(source: TemplateSource): string {
  return loadHandlebars().precompile(styled(source), compileOptions(source)) as unknown as string;
}

/** Tells by content, not by name or time, whether a compiled template still is the one in the file. */
export function templateKey({ file, text, css }: TemplateSource): string {
  return createHash("sha256")
    .update(JSON.stringify([isHtml(file), text, css]))
    .digest("hex")
    .slice(0, 32);
}

function loadHandlebars(): typeof Handlebars {
  return createRequire(import.meta.url)("handlebars") as typeof Handlebars;
}

function styled({ text, css }: TemplateSource): string {
  return css === null ? text : inlineStyles(text, css);
}

function isHtml(file: string): boolean {
  return file.endsWith(".html.hbs");
}

function compileOptions({ file, mayUse = [] }: TemplateSource) {
  const knownHelpers = Object.fromEntries([
    ...HELPER_NAMES.map((name) => [name, true] as const),
    ...REFUSED_HELPERS.map((name) => [name, mayUse.includes(name)] as const),
  ]);
  return { strict: true, knownHelpers, knownHelpersOnly: true, noEscape: !isHtml(file) };
}

/** Data of a page must never reach a letter unescaped, whoever wrote the template. */
function refuseRawOutput(source: TemplateSource): void {
  const raw = /\{\{~?(?:\{|&)/.exec(
    source.text.replaceAll(/\{\{!--[\s\S]*?--\}\}/g, (comment) => comment.replaceAll(/[^\n]/g, " ")),
  );
  if (!raw) return;
  const before = source.text.slice(0, raw.index).split("\n");
  throw templateError(source.file, {
    line: before.length,
    column: before.at(-1)?.length ?? 0,
    what: "raw output ({{{...}}} or {{&...}}) is not allowed",
  });
}

/** What is known of a mistake in a template; `column` counts from 0, as Handlebars does. */
interface Mistake {
  readonly line: number | null;
  readonly column: number | null;
  readonly what: string;
  readonly cause?: unknown;
}

/** The one shape of template errors: `file:line:column: what was wrong`. */
function templateError(file: string, { line, column, what, cause }: Mistake): PaperboyError {
  const place = [file, line, line === null || column === null ? null : column + 1]
    .filter((part) => part !== null)
    .join(":");
  return new PaperboyError("config-invalid", {
    message: `template ${place}: ${what}`,
    hint: "Correct the template; docs/templates.md lists what a template may use.",
    cause,
  });
}

/** Runs `work` and words what Handlebars throws. */
export function atPlace<T>({ file, text }: Pick<TemplateSource, "file" | "text">, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PaperboyError || !(error instanceof Error)) throw error;
    throw templateError(file, { ...whereIn(error, text), cause: error });
  }
}

/** Handlebars tells the place in three ways: as fields, in a parse error's first line, or (for a name alone) not at all. */
function whereIn(error: Error & { lineNumber?: number; column?: number }, text: string): Mistake {
  const message = withoutValue(error.message);
  if (error.lineNumber !== undefined) {
    return {
      line: error.lineNumber,
      column: error.column ?? null,
      what: message.replace(/ - \d+:\d+$/, ""),
    };
  }
  const [, line] = /^(?:Parse|Lexical) error on line (\d+)/.exec(error.message) ?? [];
  if (line) return { line: Number(line), column: null, what: parseMistake(error.message) };
  const [, name] = /"([\w-]+)"|partial (\S+)/.exec(message)?.filter((part) => part !== undefined) ?? [];
  return { ...findName(name, text), what: message };
}

/** What was looked in for a name that is not there tells nobody anything; it may be as long as a letter. */
function withoutValue(message: string): string {
  return message
    .replace(/^Cannot use 'in' operator to search for '([^']*)' in [\s\S]*$/, '"$1" not defined')
    .replace(/^("[^"]*" not defined) in [\s\S]*?( - \d+:\d+)?$/, "$1$2");
}

/** A parse error shows the text up to the place, an arrow, and the names of all tokens that might have come. */
function parseMistake(message: string): string {
  const [, near = ""] = message.split("\n");
  return /got 'EOF'/.test(message) ? "a block is not closed" : `this cannot be read: ${near.trim()}`;
}

function findName(name: string | undefined, text: string): { line: number | null; column: number | null } {
  const tag = [...text.matchAll(/\{\{[^}]*\}\}/g)].find(
    ([tag]) => name && new RegExp(`[\\s#>({=."]${name}(?![\\w-])`).test(tag),
  );
  if (!tag) return { line: null, column: null };
  const before = text.slice(0, tag.index).split("\n");
  return { line: before.length, column: before.at(-1)?.length ?? 0 };
}
