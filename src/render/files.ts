import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PaperboyError } from "../core/errors.js";
import { listFolder, readText } from "../core/files.js";
import { refuseUnknownFiles } from "./unknown-files.js";

/** The folder of the built-in templates, next to `src` and `dist`. */
export const BUILT_IN = fileURLToPath(new URL("../../templates/", import.meta.url));

/**
 * Template files by relative name. A file of the operator replaces the built-in one of the same name. Reading throws
 * PaperboyError `io-failed`.
 */
export interface TemplateFiles {
  /** Returns the texts of all files of that name: the built-in one first, then the operator's. */
  layers(name: string): readonly string[];
  /** @throws PaperboyError `config-invalid` if neither folder has the file. */
  read(name: string): string;
  /** Returns the sorted names in a folder, such as `partials`, of both places. */
  list(folder: string): readonly string[];
  /** Returns the path of a file for messages. */
  where(name: string): string;
}

/**
 * Opens the built-in templates, with those of the operator's folder over them.
 * @throws PaperboyError `config-invalid` if the operator's folder does not exist, or contains an unknown file.
 */
export function openFiles(templatesDir: string | null): TemplateFiles {
  if (templatesDir !== null) requireTemplates(templatesDir);
  const folders = [templatesDir, BUILT_IN].filter((folder) => folder !== null);
  const layers = (name: string) =>
    folders
      .map((folder) => path.join(folder, name))
      .filter((file) => existsSync(file))
      .map((file) => readText(file))
      .toReversed();
  return {
    layers,
    read: (name) => layers(name).at(-1) ?? missing(name),
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
      hint: "Set an existing folder, or remove the setting to use the built-in templates. `paperboy templates eject` creates a folder.",
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
