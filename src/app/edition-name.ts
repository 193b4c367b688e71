import { DEFAULTS } from "../config/defaults.js";
import { readEditionName } from "../editions/edition-name.js";
import type { EditionName } from "../editions/edition-name.js";
import type { App } from "./app.js";

/**
 * Reads the name of an edition that a command got. Works also with an invalid configuration, for `paperboy report`.
 * @throws PaperboyError like `readEditionName`.
 */
export function editionName(app: Pick<App, "clock" | "config">, text: string): EditionName {
  return readEditionName(text, { site: siteOf(app), now: app.clock() });
}

function siteOf(app: Pick<App, "config">): string {
  try {
    return app.config.settings.site;
  } catch {
    return DEFAULTS.site;
  }
}
