import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PaperboyError } from "../core/errors.js";
import { listFolder, readText } from "../core/files.js";
import { refuseUnknownFiles } from "./unknown-files.js";

/** The folder of the built-in templates, next to `src` and `dist`. */
export const BUILT_IN = fileURLToPath(new URL("../../templates/", import.meta.url));

/**
 * Template files by relative name. An operator's file replaces the built-in file with the same name. Reading throws
 * PaperboyError `io-failed`.
 */
export interface TemplateFiles {
  /** Returns the contents of the built-in file with a name and of the operator's file, in this order. */
  layers(name: string): readonly string[];
  /** @throws PaperboyError `config-invalid` if neither folder has the file. */
  read(name: string): string;
  /** Returns the content of a file that is not text, such as a picture. Throws like `read`. */
  bytes(name: string): Buffer;
  /** Returns the sorted names of all built-in and operator's files in a folder such as `partials`. */
  list(folder: string): readonly string[];
  /** Returns the path of a file for messages. */
  where(name: string): string;
}

/**
 * Opens the built-in templates, overridden by those in the operator's folder.
 * @throws PaperboyError `config-invalid` if the operator's folder does not exist, or contains an unknown file.
 */
export function openFiles(templatesDir: string | null): TemplateFiles {
  if (templatesDir !== null) requireTemplates(templatesDir);
  const folders = [templatesDir, BUILT_IN].filter((folder) => folder !== null);
  const found = (name: string) => folders.map((folder) => path.join(folder, name)).filter((file) => existsSync(file));
  const layers = (name: string) =>
    found(name)
      .map((file) => readText(file))
      .toReversed();
  return {
    layers,
    read: (name) => layers(name).at(-1) ?? missing(name),
    bytes: (name) => readFileSync(found(name)[0] ?? missing(name)),
    list: (folder) => [...new Set(folders.flatMap((root) => listIfPresent(path.join(root, folder))))].toSorted(),
    where: (name) =>
      templatesDir !== null && existsSync(path.join(templatesDir, name))
        ? path.join(templatesDir, name)
        : `templates/${name}`,
  };
}

function requireTemplates(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    throw new PaperboyError("config-invalid", {
      message: found
        ? `${folder} is a file, not a folder of templates`
        : `there is no folder of templates at ${folder}`,
      hint: "Set `templates` to an existing folder, or remove the setting to use the built-in templates. `paperboy templates eject` creates a folder.",
    });
  }
  refuseUnknownFiles(folder, BUILT_IN);
}

function listIfPresent(folder: string): readonly string[] {
  return existsSync(folder) ? listFolder(folder) : [];
}

function missing(name: string): never {
  throw new PaperboyError("config-invalid", { message: `there is no template file ${name}` });
}
