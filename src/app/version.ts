import { readFileSync } from "node:fs";
import { PaperboyError } from "../core/errors.js";

/** The version of Paperboy, as its package.json says. Throws PaperboyError `internal` when there is none. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : null;
  if (typeof version !== "string") throw new PaperboyError("internal", { message: "package.json names no version" });
  return version;
}
