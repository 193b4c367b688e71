// Runs after `npm ci` and before `npm test`, and whenever npm prepares the package, as `npx paperboy` in a clone does. Builds the project
// if something changed since the last build. Does nothing in a published package, which contains dist/ but no compiler.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { hashOfInputs, INPUTS_FILE } from "./build-inputs.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const has = (file) => existsSync(path.join(root, file));
const isBuilt = has("dist/bundle/cli.js");

if (has("node_modules/typescript/package.json")) {
  const isCurrent =
    isBuilt && has(INPUTS_FILE) && readFileSync(path.join(root, INPUTS_FILE), "utf8") === hashOfInputs(root);
  if (!isCurrent) {
    console.error("paperboy: building the program, which takes about 20 seconds");
    process.exitCode =
      spawnSync(process.execPath, [path.join(root, "scripts/build.js")], { stdio: "inherit" }).status ?? 1;
  }
} else if (!isBuilt) {
  console.error("paperboy: dist/ and the TypeScript compiler are missing; run `npm ci` with the development packages");
  process.exitCode = 1;
}
