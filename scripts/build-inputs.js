import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Has the hash of the inputs of the last build. */
export const INPUTS_FILE = "dist/built-from";

/** The inputs of a build. The lock file represents the installed packages. */
const INPUTS = [
  "src",
  "templates",
  "scripts/build.js",
  "tsconfig.json",
  "tsconfig.build.json",
  "package.json",
  "package-lock.json",
];

/** Returns a hash of the names and contents of every input of a build. */
export function hashOfInputs(root) {
  const hash = createHash("sha256");
  for (const file of INPUTS.flatMap((name) => filesIn(root, name)).toSorted((a, b) => (a < b ? -1 : 1))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesIn(root, name) {
  if (path.extname(name) !== "") return [name];
  return readdirSync(path.join(root, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path
        .relative(root, path.join(entry.parentPath ?? entry.path, entry.name))
        .split(path.sep)
        .join("/"),
    );
}
