import { readFileSync } from "node:fs";
import { PaperboyError } from "../core/errors.js";

/** Returns the version in package.json. Throws PaperboyError `internal` if there is none. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : null;
  if (typeof version !== "string") throw new PaperboyError("internal", { message: "package.json has no version" });
  return version;
}
