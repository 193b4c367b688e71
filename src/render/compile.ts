import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type Handlebars from "handlebars";
import type { TemplateDelegate } from "handlebars";
import runtime from "handlebars/runtime.js";
import { PaperboyError } from "../core/errors.js";
import { HELPER_NAMES } from "./helpers.js";
import { inlineStyles } from "./inline.js";

/** Built-in helpers of Handlebars that letters may not use: `log` writes to standard output, `lookup` bypasses strict data. */
const REFUSED_HELPERS = ["log", "lookup"] as const;
type RefusedHelper = (typeof REFUSED_HELPERS)[number];

/** The content of a template file. */
export interface TemplateSource {
  /** The path for error messages. */
  readonly file: string;
  readonly text: string;
  /** The style sheet to inline; null for plain text, and to compile a file unchanged. */
  readonly css: string | null;
  /** Forbidden helpers that this template may use. */
  readonly mayUse?: readonly RefusedHelper[];
}

/** Templates compiled by the build, by `templateKey`. */
export type Precompiled = Readonly<Record<string, TemplateSpecification>>;

/** Templates that this process compiled. The studio opens the same ones for every preview. */
const compiled = new Map<string, TemplateDelegate>();

/**
 * Compiles a template, unless the build or this process has already compiled it. HTML templates escape every value.
 * @throws PaperboyError `config-invalid` with file, line and column of a mistake.
 */
export function compileTemplate(source: TemplateSource, precompiled: Precompiled): TemplateDelegate {
  const key = templateKey(source);
  const ready = precompiled[key];
  if (ready) return (runtime as typeof Handlebars).template(ready);
  const keyWithHelpers = [key, ...(source.mayUse ?? [])].join(" ");
  const known = compiled.get(keyWithHelpers);
  if (known) return known;
  refuseRawOutput(source);
  const { compile, parse } = loadHandlebars();
  const template = withLocation(source, () => {
    parse(source.text);
    return compile<unknown>(styled(source), compileOptions(source));
  });
  compiled.set(keyWithHelpers, template);
  return template;
}

/** Compiles a template to JavaScript, for the build. */
export function precompileTemplate(source: TemplateSource): string {
  return loadHandlebars().precompile(styled(source), compileOptions(source)) as unknown as string;
}

/** Returns a hash of the content, so that a changed file does not match its precompiled template. */
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

/** Refuses raw output, because data from a page must never reach a letter unescaped. */
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

/** A mistake in a template. `column` counts from 0, as in Handlebars. */
interface Mistake {
  readonly line: number | null;
  readonly column: number | null;
  readonly what: string;
  readonly cause?: unknown;
}

/** Returns the error for a mistake: `file:line:column: message`. */
function templateError(file: string, { line, column, what, cause }: Mistake): PaperboyError {
  const place = [file, line, line === null || column === null ? null : column + 1]
    .filter((part) => part !== null)
    .join(":");
  return new PaperboyError("config-invalid", {
    message: `template ${place}: ${what}`,
    hint: "Correct the template. docs/templates.md lists what a template may use.",
    cause,
  });
}

/** Runs `work` and adds the position in the template to a Handlebars error. */
export function withLocation<T>({ file, text }: Pick<TemplateSource, "file" | "text">, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PaperboyError || !(error instanceof Error)) throw error;
    throw templateError(file, { ...whereIn(error, text), cause: error });
  }
}

/**
 * Returns the position of an error. Handlebars reports it in fields, in the first line of a parse error, or (for an unknown
 * name) not at all.
 */
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

/** Removes the searched value from an error message: it may be as long as a letter. */
function withoutValue(message: string): string {
  return message
    .replace(/^Cannot use 'in' operator to search for '([^']*)' in [\s\S]*$/, '"$1" not defined')
    .replace(/^("[^"]*" not defined) in [\s\S]*?( - \d+:\d+)?$/, "$1$2");
}

/** Shortens a parse error, which lists the text, an arrow and all expected tokens. */
function parseMistake(message: string): string {
  const [, near = ""] = message.split("\n");
  return /got 'EOF'/.test(message) ? "a block is not closed" : `cannot parse: ${near.trim()}`;
}

function findName(name: string | undefined, text: string): { line: number | null; column: number | null } {
  const tag = [...text.matchAll(/\{\{[^}]*\}\}/g)].find(
    ([tag]) => name && new RegExp(`[\\s#>({=."]${name}(?![\\w-])`).test(tag),
  );
  if (!tag) return { line: null, column: null };
  const before = text.slice(0, tag.index).split("\n");
  return { line: before.length, column: before.at(-1)?.length ?? 0 };
}
