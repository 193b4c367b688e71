import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import type { Check, Finding } from "./check.js";
import { fail, ok, warn } from "./check.js";

/** The program of `enrich`, as a run starts it. */
export interface EnrichProgram {
  /** The program, as an absolute path or as a name to look up in PATH, then its arguments. */
  readonly command: readonly string[];
  readonly directory: string;
  readonly searchPath: string;
  /** Variables that `enrich.env` names and that have no value. */
  readonly missing: readonly string[];
  readonly required: boolean;
}

export const ENRICH_CHECKS: readonly Check<EnrichProgram>[] = [
  {
    id: "enrich.program",
    title: "the program of `enrich` can be started",
    why: "letters keep the site's own texts when it fails, or are not sent when it is `required`",
    limitMs: 5_000,
    run: checkProgram,
  },
];

async function checkProgram({ command, directory, searchPath, missing, required }: EnrichProgram): Promise<Finding> {
  const found = required ? fail : warn;
  const [program = "", ...args] = command;
  const candidates = path.isAbsolute(program)
    ? [program]
    : searchPath.split(path.delimiter).map((folder) => path.resolve(directory, folder, program));
  const executable = await firstOf(candidates, constants.X_OK);
  if (executable === null) {
    const isThere = (await firstOf(candidates, constants.F_OK)) !== null;
    return isThere
      ? found(`${program} is not executable`, `chmod +x ${program}, or name its interpreter in \`enrich.command\`.`)
      : found(`${program} does not exist`, "Correct `enrich.command`; a relative path starts from the home folder.");
  }
  for (const script of args.filter((part) => SCRIPT.test(part))) {
    const file = path.resolve(directory, script);
    if ((await firstOf([file], constants.R_OK)) === null)
      return found(`${file} cannot be read`, "Correct `enrich.command`; a relative path starts from the home folder.");
  }
  if (missing.length > 0)
    return warn(`${missing.join(", ")} of \`enrich.env\` is not set`, "Set it in .env or in the environment.");
  return ok(executable);
}

/** An argument that is a script for an interpreter. */
const SCRIPT = /\.(?:[cm]?[jt]s|py|rb|sh|pl)$/;

async function firstOf(files: readonly string[], mode: number): Promise<string | null> {
  for (const file of files) {
    try {
      await access(file, mode);
      if ((await stat(file)).isFile()) return file;
    } catch {
      // The next folder of PATH.
    }
  }
  return null;
}
