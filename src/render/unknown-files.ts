import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import { nearest } from "../core/nearest.js";
import { canonicalTag } from "./language.js";

/** What may lie beside templates: notes, hidden files and the copies that editors leave. */
const IGNORED = /^\.|^readme(?:\.|$)|~$/i;

/** The pages of `paperboy preview`: no part of letters. */
const NOT_OF_LETTERS: ReadonlySet<string> = new Set(["studio"]);

/** What an operator may add without a built-in file of the same name. */
const ADDITIONS: readonly ((name: string) => boolean)[] = [
  (name) => /^(?:site\/)?partials\/[^/]+\.(?:html|text)\.hbs$/.test(name),
  (name) => /^themes\/[^/]+\.css$/.test(name),
  (name) => {
    const [, tag] = /^(?:site\/)?messages\/([^/]+)\.json$/.exec(name) ?? [];
    return tag !== undefined && canonicalTag(tag) !== null;
  },
];

/**
 * Refuses a file that no letter is made of: its name is a slip, and its content would be missing in silence.
 * @throws PaperboyError `config-invalid` naming the file and the built-in one that was most likely meant.
 */
export function refuseUnknownFiles(folder: string, builtIn: string): void {
  for (const name of filesBelow(folder)) {
    if (existsSync(path.join(builtIn, name)) || ADDITIONS.some((fits) => fits(name))) continue;
    const meant = meantBy(name, [...filesBelow(builtIn)]);
    throw new PaperboyError("config-invalid", {
      message: `${path.join(folder, name)}: no letter is made of such a file${meant === null ? "" : ` (did you mean ${meant}?)`}`,
      hint: "Beside files of the built-in names, a folder of templates may hold partials/NAME.html.hbs, partials/NAME.text.hbs, themes/NAME.css and messages/TAG.json such as messages/pt-BR.json.",
    });
  }
}

/** The built-in name that is most like this one: by the file's own name in whatever folder, else by the whole. */
function meantBy(name: string, known: readonly string[]): string | null {
  const file = nearest(
    path.basename(name),
    known.map((candidate) => path.basename(candidate)),
  );
  return known.find((candidate) => path.basename(candidate) === file) ?? nearest(name, known);
}

/** The names of all files below a folder, with slashes; folders are opened when they are reached. */
function* filesBelow(folder: string, below = ""): Generator<string> {
  for (const entry of readdirSync(path.join(folder, below)).toSorted()) {
    const name = below === "" ? entry : `${below}/${entry}`;
    if (IGNORED.test(entry) || NOT_OF_LETTERS.has(name)) continue;
    const isFolder = statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (isFolder) yield* filesBelow(folder, name);
    else yield name;
  }
}
