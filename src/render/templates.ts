import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { TemplateDelegate } from "handlebars";
import { PaperboyError } from "../core/errors.js";
import type { Precompiled, TemplateSource } from "./compile.js";
import { withLocation, compileTemplate } from "./compile.js";
import type { TemplateFiles } from "./files.js";
import type { Helpers } from "./helpers.js";
import { strictData } from "./strict-data.js";
import { memoize } from "../core/memoize.js";

/** The compiled templates of a letter. */
export interface Templates {
  /**
   * Renders a template file such as `letter.html.hbs`.
   * @throws PaperboyError `config-invalid` with file, line, column and the missing name, also for partials.
   */
  render(name: string, data: object, helpers: Helpers): string;
}

/** Returns the names of the themes, built-in ones and the operator's. */
export function themesIn(files: TemplateFiles): readonly string[] {
  return files.list("themes").flatMap((name) => (name.endsWith(".css") ? [name.slice(0, -".css".length)] : []));
}

/** Opens the templates with a theme. HTML templates use only HTML partials; text templates use only text partials. Throws PaperboyError `config-invalid` for an unknown theme. */
export function openTemplates(files: TemplateFiles, theme: string): Templates {
  const themes = themesIn(files);
  if (!themes.includes(theme)) {
    throw new PaperboyError("config-invalid", {
      message: `there is no theme "${theme}"`,
      hint: `Use one of ${themes.join(", ")}, or add themes/${theme}.css to the template folder.`,
    });
  }
  const css = files.read(`themes/${theme}.css`);
  const precompiled = readPrecompiled();
  const compiled = memoize((name: string) => compileWithPartials(name, { files, css, precompiled }));
  return {
    render: (name, data, helpers) => {
      try {
        return compiled(name)(strictData(data), helpers);
      } catch (error) {
        // Inlining has moved the tags. Rendering the original file reports the same mistake at its real position.
        compileWithPartials(name, { files, css: null, precompiled: {} })(strictData(data), helpers);
        throw error;
      }
    },
  };
}

interface CompileParts {
  readonly files: TemplateFiles;
  readonly css: string | null;
  readonly precompiled: Precompiled;
}

type Render = (data: object, helpers: Helpers) => string;

function compileWithPartials(name: string, parts: CompileParts): Render {
  const main = compileFile(name, parts);
  const suffix = name.endsWith(".html.hbs") ? ".html.hbs" : ".text.hbs";
  const partials = Object.fromEntries(
    parts.files
      .list("partials")
      .filter((file) => file.endsWith(suffix))
      .map((file) => [file.slice(0, -suffix.length), compileFile(`partials/${file}`, parts)]),
  );
  return (data, helpers) => main(data, { partials, helpers: { ...helpers } });
}

function compileFile(name: string, { files, css, precompiled }: CompileParts): TemplateDelegate {
  const source = templateSource(name, files, css);
  const template = compileTemplate(source, precompiled);
  return (context, options) => withLocation(source, () => template(context, options));
}

/** Reads a template for the compiler. Only HTML gets the style sheet. */
export function templateSource(name: string, files: TemplateFiles, css: string | null): TemplateSource {
  return { file: files.where(name), text: files.read(name), css: name.endsWith(".html.hbs") ? css : null };
}

/** Returns the templates that the build compiled; none if the program runs from its sources. */
export function readPrecompiled(): Precompiled {
  const file = fileURLToPath(new URL("./precompiled.cjs", import.meta.url));
  return existsSync(file) ? (createRequire(import.meta.url)(file) as Precompiled) : {};
}
