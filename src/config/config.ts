import { existsSync } from "node:fs";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import { DEFAULTS, FILE_NAMES } from "./defaults.js";
import type { Config, ConfigInput } from "./load.js";

export type { Config } from "./load.js";

/** The configuration when nothing is set. */
const UNCONFIGURED: Config = {
  settings: Object.freeze({ ...DEFAULTS }),
  origins: new Map(),
  placeOf: (setting) => setting,
};

/**
 * Returns a function that loads the configuration on its first call and throws like `loadConfig`. If there is no settings file
 * and no variable, the validator and the YAML parser are not loaded, because that takes longer than parsing a page.
 */
export async function configReader(input: ConfigInput): Promise<() => Config> {
  if (!isConfigured(input)) return () => UNCONFIGURED;
  const { loadConfig } = await import("./load.js");
  let loaded: Config | null = null;
  return () => (loaded ??= loadConfig(input));
}

function isConfigured({ home, environment }: ConfigInput): boolean {
  const isSet = Object.keys(environment).some((name) => name.startsWith("PAPERBOY_") && name !== "PAPERBOY_HOME");
  return isSet || [...FILE_NAMES, ".env"].some((name) => existsSync(path.join(home, name)));
}

/** Adds the file and line of the mail settings to an error about them, because `send/` does not know the configuration. */
export function withPlaceOfSmtp({ placeOf }: Config): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PaperboyError) || error.code !== "config-invalid") throw error;
    const { message, hint } = error;
    const placed = `${placeOf("smtp")}: ${message}`;
    throw new PaperboyError("config-invalid", { message: placed, ...(hint === null ? {} : { hint }), cause: error });
  };
}
