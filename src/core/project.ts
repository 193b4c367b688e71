import { fileURLToPath } from "node:url";
import { PaperboyError } from "./errors.js";
import { readText } from "./files.js";

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

/** Returns the text of a file of the package, by its path from the root. Throws PaperboyError `io-failed`. */
export function packageFile(name: string): string {
  return readText(fileURLToPath(new URL(`../../${name}`, import.meta.url)));
}

function manifest(): Readonly<Record<string, unknown>> {
  return JSON.parse(packageFile("package.json")) as Record<string, unknown>;
}

function textOf(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new PaperboyError("internal", { message: `package.json has no ${name}` });
}
