import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "../../core/errors.js";
import type { Edition, Enriched, Paper } from "../../core/model.js";
import { counted } from "../../core/text.js";
import { parseAnswer } from "./answer.js";
import type { Texts } from "./answer.js";
import type { ProgramResult } from "./program.js";

/** The parts that `enrichEdition` uses. app/enrich.ts builds them. */
export interface EnrichParts extends Pick<Enriched, "by" | "language"> {
  /** Whether a failure is an error. */
  readonly required: boolean;
  /** Runs the program with an input. */
  readonly run: (input: string) => Promise<ProgramResult>;
  /** Everything except the paper that an answer depends on: the program, its arguments and its environment. */
  readonly basis: readonly unknown[];
  readonly cache: AnswerCache;
  readonly warn: (message: string) => void;
  /** Prints a line of progress. */
  readonly step: (message: string) => void;
}

/**
 * Adds the texts of the operator's program to the papers of an edition. Uses the earlier answer for an unchanged paper, so that a
 * second run requests nothing. If the program fails, warns and keeps the site's own texts.
 * @throws PaperboyError `enrich-failed` if the program fails and is required.
 */
export async function enrichEdition(edition: Edition, parts: EnrichParts): Promise<Edition> {
  const { by, language, cache, warn } = parts;
  const known = await cache.load();
  const keyOf = (paper: Paper) => answerKey(paper, [...parts.basis, language]);
  const texts = new Map<string, Texts>();
  for (const paper of edition.papers) {
    const found = known.get(keyOf(paper));
    if (found) texts.set(paper.id, found);
  }
  const asked = edition.papers.filter(({ id }) => !texts.has(id));
  for (const [id, found] of asked.length === 0 ? [] : await ask(edition, asked, parts)) texts.set(id, found);
  const answered = asked.flatMap((paper) => {
    const found = texts.get(paper.id);
    return found ? [[keyOf(paper), found] as const] : [];
  });
  await cache
    .save(new Map(answered))
    .catch((error: unknown) => warn(`the answers of ${by} are not kept: ${String(error)}`));
  return {
    ...edition,
    papers: edition.papers.map((paper) => withTexts(paper, texts.get(paper.id) ?? {}, { by, language })),
  };
}

/** Runs the program for papers. Returns no texts if it fails. */
async function ask(
  edition: Edition,
  papers: readonly Paper[],
  { by, language, required, run, warn, step }: EnrichParts,
): Promise<ReadonlyMap<string, Texts>> {
  const { id, source, kind, date, url } = edition;
  step(`${by} reads ${counted(papers.length, "paper")} of ${source}`);
  const result = await run(`${JSON.stringify({ edition: { id, source, kind, date, url }, language, papers })}\n`);
  const answer = result.ok ? parseAnswer(result.output, papers) : result;
  if (answer.ok) return answer.texts;
  const message = result.ok ? `its answer ${answer.why}` : `it ${answer.why}`;
  if (required) {
    throw new PaperboyError("enrich-failed", {
      message: `${by} wrote no texts for ${source}: ${message}`,
      hint: "Run the program by hand (docs/enrich.md), or set `enrich.required: false` to send the site's own summaries.",
      retryable: true,
    });
  }
  warn(`${source} keeps the site's own texts, because ${by} failed: ${message}`);
  return new Map();
}

/** Hashes the inputs of an answer. Votes and links are not among them, so a change of these requests no new answer. */
function answerKey({ id, raw, authors, keywords }: Paper, basis: readonly unknown[]): string {
  return createHash("sha256")
    .update(JSON.stringify([...basis, id, raw, authors, keywords]))
    .digest("hex");
}

const REPLACED = ["title", "summary", "keywords"] as const;

/** Returns a paper with the texts that differ from its own. */
function withTexts(paper: Paper, { note, ...texts }: Texts, about: Pick<Enriched, "by" | "language">): Paper {
  const changed = REPLACED.filter(
    (key) => texts[key] !== undefined && JSON.stringify(texts[key]) !== JSON.stringify(paper[key]),
  );
  if (changed.length === 0 && note === undefined) return paper;
  return {
    ...paper,
    ...Object.fromEntries(changed.map((key) => [key, texts[key]])),
    enriched: {
      ...about,
      ...(note === undefined ? {} : { note }),
      original: Object.fromEntries(changed.map((key) => [key, paper[key]])),
    },
  };
}

/** Returns an edition with the texts that a program wrote for it in an earlier run, for a replay. */
export function withRecordedTexts(edition: Edition, { papers }: Pick<Edition, "papers">): Edition {
  const recorded = new Map(papers.map((paper) => [paper.id, paper]));
  return {
    ...edition,
    papers: edition.papers.map((paper) => {
      const known = recorded.get(paper.id);
      if (known?.enriched === undefined) return paper;
      const { note, original, ...about } = known.enriched;
      const replaced = Object.fromEntries(
        Object.keys(original).map((key) => [key, known[key as keyof Texts & keyof Paper]]),
      );
      return withTexts(paper, { ...replaced, ...(note === undefined ? {} : { note }) }, about);
    }),
  };
}

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
