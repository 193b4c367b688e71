import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { TemplateDelegate } from "handlebars";
import { PaperboyError } from "../core/errors.js";
import type { Precompiled, TemplateSource } from "./compile.js";
import { withLocation, compileTemplate } from "./compile.js";
import type { TemplateFiles } from "./files.js";
import type { Helpers } from "./helpers.js";
import { memoize } from "../core/memoize.js";

/** A set of compiled templates. */
export interface Templates {
  /**
   * Renders a template file such as `letter.html.hbs`. Reading a name that `data` does not have is an error.
   * @throws PaperboyError `config-invalid` with file, line, column and the missing name, also for partials.
   */
  render(name: string, data: object, helpers?: Partial<Helpers>): string;
}

interface TemplateOptions extends Pick<TemplateSource, "mayUse"> {
  /** The folder of the partials. HTML templates use only HTML partials; text templates use only text partials. */
  readonly partials?: string;
  /** The style sheet to inline in HTML templates; null or absent: none. */
  readonly css?: string | null;
}

/** Opens a set of templates. Each file is read and compiled on first use. */
export function openTemplates(files: TemplateFiles, options: TemplateOptions = {}): Templates {
  const render = compileSet(files, options, memoize(readPrecompiled));
  return {
    render: (name, data, helpers = {}) => {
      try {
        return render(name, data, helpers);
      } catch (error) {
        // Inlining has moved the tags. Rendering the original file reports the same mistake at its real position.
        compileSet(files, { ...options, css: null }, () => ({}))(name, data, helpers);
        throw error;
      }
    },
  };
}

type Render = (name: string, data: object, helpers: Partial<Helpers>) => string;

function compileSet(
  files: TemplateFiles,
  { partials: folder, css = null, mayUse = [] }: TemplateOptions,
  precompiled: (module: string) => Precompiled,
): Render {
  const compiled = memoize((name: string): TemplateDelegate => {
    const source = { ...templateSource(name, files, css), mayUse };
    const template = compileTemplate(source, precompiled(precompiledModule(name, source)));
    return (context, options) => withLocation(source, () => template(context, options));
  });
  const partials = memoize((suffix: string) => {
    const names = folder === undefined ? [] : files.list(folder).filter((name) => name.endsWith(suffix));
    return Object.fromEntries(names.map((name) => [name.slice(0, -suffix.length), compiled(`${folder}/${name}`)]));
  });
  return (name, data, helpers) => {
    const suffix = name.endsWith(".html.hbs") ? ".html.hbs" : ".text.hbs";
    return compiled(name)(strictData(data), { partials: partials(suffix), helpers: { ...helpers } });
  };
}

/** Returns the names of the themes, built-in ones and the operator's. */
export function themesIn(files: TemplateFiles): readonly string[] {
  return files.list("themes").flatMap((name) => (name.endsWith(".css") ? [name.slice(0, -".css".length)] : []));
}

/** Reads the style sheet of a theme. Throws PaperboyError `config-invalid` for an unknown theme. */
export function readTheme(files: TemplateFiles, theme: string): string {
  const themes = themesIn(files);
  if (themes.includes(theme)) return files.read(`themes/${theme}.css`);
  throw new PaperboyError("config-invalid", {
    message: `there is no theme "${theme}"`,
    hint: `Use one of ${themes.join(", ")}, or add themes/${theme}.css to the template folder.`,
  });
}

/** Reads a template for the compiler. Only HTML gets the style sheet. */
export function templateSource(name: string, files: TemplateFiles, css: string | null): TemplateSource {
  return { file: files.where(name), text: files.read(name), css: name.endsWith(".html.hbs") ? css : null };
}

/** Names the module of a compiled template: one for the site, one for each style sheet, and one for text without a style sheet. */
export function precompiledModule(name: string, { css }: Pick<TemplateSource, "css">): string {
  if (name.startsWith("site/")) return "site";
  return css === null ? "text" : createHash("sha256").update(css).digest("hex").slice(0, 8);
}

/** Returns a module of the templates that the build compiled; none if the program runs from its sources. */
function readPrecompiled(module: string): Precompiled {
  const file = fileURLToPath(new URL(`./precompiled-${module}.cjs`, import.meta.url));
  return existsSync(file) ? (createRequire(import.meta.url)(file) as Precompiled) : {};
}

/**
 * Wraps data so that reading an unknown name throws. The strict mode of Handlebars covers `{{name}}` but not `{{#if name}}` or
 * `{{wrap name}}`, where a typo would silently drop a part of the letter.
 */
function strictData<T extends object>(data: T): T {
  return new Proxy(data, {
    get(target, name) {
      if (typeof name === "string" && !Object.hasOwn(target, name) && !isKnown(target, name)) {
        throw new Error(`"${name}" is not defined`);
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "object" && value !== null ? strictData(value) : value;
    },
  });
}

/** Names that Handlebars reads on every value. */
const READ_BY_HANDLEBARS: ReadonlySet<string> = new Set(["toHTML", "toString", "valueOf"]);

function isKnown(target: object, name: string): boolean {
  return Array.isArray(target) || READ_BY_HANDLEBARS.has(name);
}
