import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import { listFolder } from "../core/files.js";
import { nearest } from "../core/nearest.js";
import { canonicalTag } from "../core/text.js";

/** Names that are ignored in a template folder: notes, hidden files and editors' backups. */
const IGNORED = /^\.|^readme(?:\.|$)|~$/i;

/** The pages of `paperboy preview`, which an operator cannot replace. */
const NOT_REPLACEABLE: ReadonlySet<string> = new Set(["studio"]);

/** Names that an operator may add without a built-in file of that name. */
const ADDITIONS: readonly ((name: string) => boolean)[] = [
  (name) => /^(?:site\/)?partials\/[^/]+\.(?:html|text)\.hbs$/.test(name),
  (name) => /^themes\/[^/]+\.css$/.test(name),
  (name) => {
    const [, tag] = /^(?:site\/)?messages\/([^/]+)\.json$/.exec(name) ?? [];
    return tag !== undefined && canonicalTag(tag) !== null;
  },
];

/**
 * Refuses files that no letter uses. Their names probably have a typo, and their content would silently be missing.
 * @throws PaperboyError `config-invalid` with the file and the most similar built-in name; `io-failed` for a folder that cannot
 *   be read.
 */
export function refuseUnknownFiles(folder: string, builtIn: string): void {
  for (const name of filesBelow(folder)) {
    if (existsSync(path.join(builtIn, name)) || ADDITIONS.some((fits) => fits(name))) continue;
    const meant = meantBy(name, [...filesBelow(builtIn)]);
    throw new PaperboyError("config-invalid", {
      message: `${path.join(folder, name)}: no letter uses a file of this name${meant === null ? "" : ` (did you mean ${meant}?)`}`,
      hint: "A template folder may contain files with the names of built-in ones, and partials/NAME.html.hbs, partials/NAME.text.hbs, themes/NAME.css and messages/TAG.json, such as messages/pt-BR.json.",
    });
  }
}

/** Returns the built-in file with the most similar name in any folder, or else with the most similar path. */
function meantBy(name: string, known: readonly string[]): string | null {
  const file = nearest(
    path.basename(name),
    known.map((candidate) => path.basename(candidate)),
  );
  return known.find((candidate) => path.basename(candidate) === file) ?? nearest(name, known);
}

/** Yields the names of all files below a folder, with slashes. */
function* filesBelow(folder: string, below = ""): Generator<string> {
  for (const entry of listFolder(path.join(folder, below))) {
    const name = below === "" ? entry : `${below}/${entry}`;
    if (IGNORED.test(entry) || NOT_REPLACEABLE.has(name)) continue;
    const isFolder = statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (isFolder) yield* filesBelow(folder, name);
    else yield name;
  }
}
