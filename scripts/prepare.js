// Runs after `npm ci` and builds the project. Does nothing in a published package, which contains dist/ but no compiler.
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";

const hasCompiler = existsSync(new URL("../node_modules/typescript/package.json", import.meta.url));
const isBuilt = existsSync(new URL("../dist/bundle/cli.js", import.meta.url));

if (hasCompiler) {
  const { status } = spawnSync("npm", ["run", "--silent", "build"], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  process.exitCode = status ?? 1;
} else if (!isBuilt) {
  console.error("paperboy: dist/ and the TypeScript compiler are missing; run `npm ci` with the development packages");
  process.exitCode = 1;
}
