import { existsSync } from "node:fs";
import path from "node:path";
import type { Config, ConfigInput } from "./config.js";
import { DEFAULTS, FILE_NAMES } from "./defaults.js";

/** The configuration of a home that has none. */
const UNCONFIGURED: Config = {
  settings: Object.freeze({ ...DEFAULTS }),
  origins: new Map(),
  placeOf: (setting) => setting,
};

/**
 * Finds what reads the configuration. Where nothing is set, right or wrong, nothing is loaded that reads and checks settings:
 * that takes longer than reading a page.
 */
export async function configReader(input: ConfigInput): Promise<() => Config> {
  if (!isConfigured(input)) return () => UNCONFIGURED;
  const { loadConfig } = await import("./config.js");
  let loaded: Config | null = null;
  return () => (loaded ??= loadConfig(input));
}

function isConfigured({ home, environment }: ConfigInput): boolean {
  const isSet = Object.keys(environment).some((name) => name.startsWith("PAPERBOY_") && name !== "PAPERBOY_HOME");
  return isSet || [...FILE_NAMES, ".env"].some((name) => existsSync(path.join(home, name)));
}
