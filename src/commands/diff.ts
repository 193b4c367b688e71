import type { App } from "../app/app.js";
import { failureOf } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import type { View } from "../core/model.js";
import { compareReplay } from "../editions/records/compare.js";
import type { Comparison, LetterComparison, PaperChange } from "../editions/records/compare.js";
import { listRecords, readRecord } from "../editions/records/folder.js";
import { counted, paint, printable } from "../core/text.js";
import type { CommandModule, Outcome } from "./command.js";
import { RECORD_NAME, TEMPLATES, wholeNumber } from "./options.js";
import { defaultView } from "../rank/view.js";
import { recordNamed, recordsIn, replay } from "../app/records.js";

interface Flags {
  readonly templates?: string | undefined;
  readonly last: number;
}

/** A record that cannot be replayed, and the reason. */
interface Unreplayable {
  readonly id: string;
  readonly failure: { readonly reason: ReasonCode; readonly message: string };
}

/** `paperboy diff`: compares recorded letters with those of the current code, templates and configuration. */
export const diff: CommandModule = {
  description:
    "Render the last recorded editions again and show the differences: papers added and removed, a diff of the text " +
    "part, and sizes before and after. Uses the current view for readers with the configured view. Needs no network and no database.",
  examples: [
    "paperboy diff",
    "paperboy diff 2026-10-02",
    "paperboy diff --last 5 --templates my-templates",
    "paperboy diff --last 30 --json",
  ],
  define: (command, run) =>
    command
      .argument("[id]", `${RECORD_NAME}; default: the newest ones`)
      .option("--last <n>", "the number of newest records", wholeNumber, 30)
      .option(...TEMPLATES)
      .action((id, flags) => run((app) => diffAll(app, id, flags))),
};

async function diffAll(app: App, id: string | undefined, flags: Flags): Promise<Outcome> {
  const known = await listRecords(recordsIn(app.home));
  // Throws an error that explains how to record runs, or one that lists the existing records.
  const named = known.length === 0 || id !== undefined ? [(await recordNamed(app, id ?? null)).id] : null;
  const ids = named ?? known.slice(Math.max(known.length - flags.last, 0));
  const all: (Comparison | Unreplayable)[] = [];
  for (const record of ids) all.push(await diffOne(app, record, flags));
  const changed = all.filter((record) => "failure" in record || !record.identical);
  const message =
    changed.length === 0
      ? `${counted(ids.length, "record")}: no differences`
      : `${changed.length} of ${counted(ids.length, "record")} would differ`;
  const data = printable([...changed.map(formatRecord), `${message}\n`].join("\n"));
  return { message, data, result: { records: ids.length, changed } };
}

/** Compares one record. If it cannot be replayed, returns the reason, so that the others are still compared. */
async function diffOne(app: App, id: string, flags: Flags): Promise<Comparison | Unreplayable> {
  try {
    const record = await readRecord(recordsIn(app.home), id);
    const before = keyOf(record.configuration.view);
    const today = defaultView(app.config.settings.view);
    const viewNow = (view: View) => (keyOf(view) === before ? today : view);
    return compareReplay(record, await replay(app, record, { ...flags, viewOf: viewNow }));
  } catch (error) {
    const { code: reason, message } = failureOf(error);
    return { id, failure: { reason, message } };
  }
}

/** Returns the same text for equal views, regardless of the order of their keys. */
function keyOf(view: View): string {
  return JSON.stringify(Object.entries(view).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function formatRecord(record: Comparison | Unreplayable): string {
  const head = paint.strong(record.id);
  if ("failure" in record)
    return `${head}\n  cannot be replayed: ${record.failure.reason}: ${record.failure.message}\n`;
  const letters = record.letters.filter(({ identical }) => !identical).map(formatLetter);
  return `${head}\n${formatPapers("the page: ", record)}${letters.join("")}`;
}

function formatLetter(letter: LetterComparison): string {
  const { hash, readers, subject, html, text } = letter;
  const sizes = `html ${sizeOf(html)}, ${counted(html.lines, "line")}; text ${sizeOf(text)}, ${counted(text.lines, "line")}`;
  const lines = [
    `  letter ${hash ?? "none"} of ${counted(readers, "reader")}: ${sizes}\n`,
    ...(subject
      ? [`  - subject: ${subject.before ?? "(no letter)"}\n  + subject: ${subject.after ?? "(no letter)"}\n`]
      : []),
    formatPapers("", letter),
  ];
  return lines.join("") + colourDiff(letter.diff);
}

function sizeOf({ before, after }: LetterComparison["html"]): string {
  const more = after - before;
  return more === 0 ? `${after} B` : `${before} → ${after} B (${more > 0 ? "+" : ""}${more})`;
}

type Papers = Readonly<Record<"papersIn" | "papersOut", readonly PaperChange[]>>;

function formatPapers(where: string, { papersIn, papersOut }: Papers): string {
  const line = (word: string) => (paper: PaperChange) => `  ${where}paper ${word}: ${paper.id} ${paper.title}\n`;
  return [...papersIn.map(line("added")), ...papersOut.map(line("removed"))].join("");
}

const COLOURS: Readonly<Record<string, (text: string) => string>> = { "+": paint.good, "-": paint.bad, "@": paint.dim };

function colourDiff(text: string): string {
  return text
    .split("\n")
    .map((line) => (COLOURS[line.charAt(0)] ?? String)(line))
    .join("\n");
}
