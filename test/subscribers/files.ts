import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Writes a file into a home and answers with its name there. */
export function put(home: string, name: string, text: string | Buffer): string {
  writeFileSync(path.join(home, name), text);
  return name;
}

/** A file of a home. */
export function take(home: string, name: string): string {
  return readFileSync(path.join(home, name), "utf8");
}
