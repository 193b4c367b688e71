import { readFileSync } from "node:fs";
import { PaperboyError } from "./errors.js";

/** Returns the version in package.json. Throws PaperboyError `internal` if there is none. */
export function packageVersion(): string {
  return textOf(manifest()["version"], "version");
}

/** Returns the web address of the repository, from `repository.url` in package.json. Throws like `packageVersion`. */
export function projectUrl(): string {
  const repository = manifest()["repository"] as { readonly url?: unknown } | undefined;
  return textOf(repository?.url, "repository.url")
    .replace(/^git\+/, "")
    .replace(/\.git$/, "");
}

function manifest(): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Record<string, unknown>;
}

function textOf(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new PaperboyError("internal", { message: `package.json has no ${name}` });
}
