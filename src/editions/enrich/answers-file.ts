import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Texts } from "./answer.js";

/** Earlier answers of a program, by a key that hashes everything that they depend on. */
export interface AnswerCache {
  load(): Promise<ReadonlyMap<string, Texts>>;
  /** Adds answers. Throws file system errors. */
  save(answers: ReadonlyMap<string, Texts>): Promise<void>;
}

/** A file with more answers is shortened to the newest half: about a year of daily pages. */
const MAX_ANSWERS = 20_000;

/**
 * Opens a cache in a file with one answer per line, newest last. Skips damaged lines, such as the partial line of a killed process.
 */
export function answersFile(file: string): AnswerCache {
  const readLines = async () => {
    const text = await readFile(file, "utf8").catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  };
  return {
    load: async () => new Map((await readLines()).flatMap(parseLine)),
    save: async (answers) => {
      if (answers.size === 0) return;
      await mkdir(path.dirname(file), { recursive: true });
      const lines = [...answers].map(([key, texts]) => JSON.stringify({ key, texts }));
      // The first line end terminates the partial line of a killed process.
      await appendFile(file, `\n${lines.join("\n")}\n`);
      const all = await readLines();
      if (all.length <= MAX_ANSWERS) return;
      await writeFile(`${file}.tmp`, `${all.slice(-MAX_ANSWERS / 2).join("\n")}\n`);
      await rename(`${file}.tmp`, file);
    },
  };
}

function parseLine(line: string): readonly (readonly [string, Texts])[] {
  try {
    const { key, texts } = JSON.parse(line) as { key?: unknown; texts?: Texts };
    return typeof key === "string" && typeof texts === "object" ? [[key, texts]] : [];
  } catch {
    return [];
  }
}
