import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { readEnvFile } from "../config/env-file.js";
import type { Settings } from "../config/schema.js";
import { readText } from "../core/files.js";
import { createMasker } from "../core/mask.js";
import type { Edition } from "../core/model.js";
import { answersFile, enrichEdition } from "../editions/enrich/enrich.js";
import { runProgram } from "../editions/enrich/program.js";
import type { ProgramResult } from "../editions/enrich/program.js";
import type { Terminal } from "./terminal.js";

type EnrichSettings = NonNullable<Settings["enrich"]>;

/** The installation whose program runs. */
interface Installation {
  readonly home: string;
  readonly environment: { readonly env: Readonly<Record<string, string | undefined>>; readonly signal: AbortSignal };
  readonly terminal: Pick<Terminal, "warn" | "step">;
}

/** Adds the texts of the configured program to an edition. With `readOnly`, does not keep its answers. */
export async function enrich(
  installation: Installation,
  edition: Edition,
  { settings, readOnly }: { readonly settings: EnrichSettings; readonly readOnly: boolean },
): Promise<Edition> {
  const { environment, home, terminal } = installation;
  const command = resolveCommand(settings.command, home);
  const variables = variablesFor(installation, settings);
  const cache = answersFile(path.join(home, "pages", "enriched.jsonl"));
  return enrichEdition(edition, {
    by: settings.name ?? programName(settings.command),
    language: settings.language ?? null,
    required: settings.required,
    basis: [command, variables, command.map((part) => hashOf(path.resolve(home, part)))],
    cache: readOnly ? { ...cache, save: () => Promise.resolve() } : cache,
    run: async (input) =>
      withoutValues(
        await runProgram({
          command,
          directory: home,
          environment: variables,
          input,
          timeoutMs: settings.timeout * 1000,
          signal: environment.signal,
        }),
        settings.env.flatMap((name) => variables[name] ?? []),
      ),
    warn: (message) => terminal.warn(message),
    step: (message) => terminal.step(message),
  });
}

/** Returns a command whose program is found from the home folder if it has a slash, and in PATH otherwise. */
export function resolveCommand([program = "", ...args]: readonly string[], home: string): readonly string[] {
  return [/[\\/]/.test(program) ? path.resolve(home, program) : program, ...args];
}

/**
 * Returns the environment of the program: PATH, for its interpreter, and the variables in the settings, from the process or from
 * `.env`.
 */
export function variablesFor(
  { environment, home }: Pick<Installation, "environment" | "home">,
  { env }: Pick<EnrichSettings, "env">,
): Record<string, string> {
  const file = path.join(home, ".env");
  const { variables } = readEnvFile(existsSync(file) ? readText(file) : "");
  const found = ["PATH", ...env].map((name) => [name, environment.env[name] ?? variables.get(name)?.value] as const);
  return Object.fromEntries(found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** Returns the name of a program for letters: that of the script, if an interpreter runs one, without its extension. */
function programName(command: readonly string[]): string {
  const script = command.find((part) => /\.(?:[cm]?[jt]s|py|rb|sh|pl)$/.test(part)) ?? command[0] ?? "";
  return path.parse(script).name;
}

/**
 * The largest script that is hashed, in bytes. Larger files are interpreters and other programs, whose version does not affect an
 * answer.
 */
const MAX_HASHED = 1_000_000;

/** Hashes a script, so that a change of it requests new answers. Returns null for anything else. */
function hashOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > MAX_HASHED) return null;
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/**
 * Masks the values of the environment in the output of the program. Elsewhere they are not secret: one can be the name of a model.
 */
function withoutValues(result: ProgramResult, values: readonly string[]): ProgramResult {
  if (result.ok) return result;
  const masker = createMasker();
  masker.learn(values);
  return { ok: false, why: masker.output(result.why) };
}
