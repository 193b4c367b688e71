import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import path from "node:path";

/** The part of the bundle that `bin/paperboy.js` loads. */
const ENTRY = "cli.js";
/** How long parts of earlier builds stay, in ms. */
const KEEP_MS = 7 * 86_400_000;

/**
 * Moves a build into dist/ under running commands. They keep their files: the names of the other parts contain a hash of their content,
 * and parts of earlier builds stay for a week. The last rename makes the build the program that starts from then on.
 */
export function installBuild(next, dist) {
  const [from, to] = [path.join(next, "bundle"), path.join(dist, "bundle")];
  mkdirSync(to, { recursive: true });
  const parts = readdirSync(from);
  removeOldParts(to, new Set(parts));
  for (const name of [...parts.filter((part) => part !== ENTRY), ENTRY]) {
    renameSync(path.join(from, name), path.join(to, name));
  }
  // The compiled modules are for scripts of this project; no command runs them.
  for (const name of readdirSync(dist).filter(isModule)) rmSync(path.join(dist, name), { recursive: true });
  for (const name of readdirSync(next).filter(isModule)) renameSync(path.join(next, name), path.join(dist, name));
}

function isModule(name) {
  return name !== "bundle";
}

/** Removes the parts that left the bundle more than a week ago. Those that leave it now are dated today. */
function removeOldParts(folder, parts) {
  const entry = path.join(folder, ENTRY);
  const lastBuild = existsSync(entry) ? statSync(entry).mtimeMs : 0;
  const now = new Date();
  for (const name of readdirSync(folder).filter((part) => !parts.has(part))) {
    const file = path.join(folder, name);
    const { mtimeMs } = statSync(file);
    // The parts of one build are written within a minute.
    if (mtimeMs >= lastBuild - 60_000) utimesSync(file, now, now);
    else if (mtimeMs < Number(now) - KEEP_MS) rmSync(file, { recursive: true });
  }
}
