import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PaperboyError } from "../core/errors.js";
import { refuseUnknownFiles } from "./unknown-files.js";

/** The built-in templates stand beside `src` and `dist`, so that both find them. */
export const BUILT_IN = fileURLToPath(new URL("../../templates/", import.meta.url));

/** The template files by relative name: an operator's file stands in for the built-in one of the same name. */
export interface TemplateFiles {
  /** The texts of all files of that name: the built-in one first, then the operator's. */
  layers(name: string): readonly string[];
  /** @throws PaperboyError `config-invalid` when neither folder has it. */
  read(name: string): string;
  /** The names in a folder, such as `partials`, of both places together, in order. */
  list(folder: string): readonly string[];
  /** Where a file was found, as it is named in messages. */
  where(name: string): string;
}

/**
 * Opens the templates; an operator's folder may hold any of them, and partials of its own beside.
 * @throws PaperboyError `config-invalid` when the operator's folder does not exist, or holds files that stand for nothing.
 */
export function openFiles(templatesDir: string | null): TemplateFiles {
  if (templatesDir !== null) requireTemplates(templatesDir);
  const folders = [templatesDir, BUILT_IN].filter((folder) => folder !== null);
  const layers = (name: string) =>
    folders
      .map((folder) => path.join(folder, name))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "utf8"))
      .toReversed();
  return {
    layers,
    read: (name) => layers(name).at(-1) ?? missing(name),
    list: (folder) => [...new Set(folders.flatMap((root) => listFolder(path.join(root, folder))))].toSorted(),
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
      hint: "Name a folder that exists, or leave the setting out to use the built-in templates. `paperboy templates eject` makes one.",
    });
  }
  refuseUnknownFiles(folder, BUILT_IN);
}

function listFolder(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function missing(name: string): never {
  throw new PaperboyError("config-invalid", { message: `there is no template file ${name}` });
}
