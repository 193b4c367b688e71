// Runs after `npm ci` and builds the project. A published package contains dist/ and no compiler; then there is nothing to do.
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
  console.error(
    "paperboy: neither dist/ nor the TypeScript compiler is here; run `npm ci` with its development packages",
  );
  process.exitCode = 1;
}
