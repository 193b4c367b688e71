import { existsSync, readFileSync } from "node:fs";
import { PaperboyError } from "./errors.js";

/** From where the compiled files may stand (dist/, dist/bundle/) up to the project. */
const LEVELS = ["../package.json", "../../package.json"];

/** The version of Paperboy, as its package.json says. Throws PaperboyError `internal` when there is none. */
export function packageVersion(): string {
  const file = LEVELS.map((level) => new URL(level, import.meta.url)).find((url) => existsSync(url));
  const manifest: unknown = file && JSON.parse(readFileSync(file, "utf8"));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : null;
  if (typeof version !== "string") throw new PaperboyError("internal", { message: "package.json names no version" });
  return version;
}
