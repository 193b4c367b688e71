import type { App } from "../app/app.js";
import { failureOf } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import type { View } from "../core/model.js";
import { compareReplay } from "../editions/records/compare.js";
import type { Comparison, LetterComparison, PaperChange } from "../editions/records/compare.js";
import { listRecords, readRecord } from "../editions/records/folder.js";
import { paint, printable } from "../app/terminal.js";
import type { CommandModule, Outcome } from "./command.js";
import { wholeNumber } from "./options.js";
import { defaultView } from "../rank/view.js";
import { recordsIn } from "../app/recording.js";
import { counted, replayed } from "../editions/records/replaying.js";
import type { ReplayFlags } from "../editions/records/replaying.js";

interface Flags extends ReplayFlags {
  readonly last: number;
}

/** A record that cannot be made again any more, and why. */
interface Unmade {
  readonly id: string;
  readonly failure: { readonly reason: ReasonCode; readonly message: string };
}

/** `paperboy diff`: what today's code, templates and configuration would have changed. */
export const diff: CommandModule = {
  description:
    "Make the last recorded editions again and say what would be different: papers in and out, the letters' text as a diff, sizes " +
    "before and after; and nothing else. Readers with the configured view get today's. Needs no network and no database.",
  examples: ["paperboy diff", "paperboy diff --last 5 --templates my-templates", "paperboy diff --last 30 --json"],
  define: (command, run) =>
    command
      .argument("[id]", "one record, a folder in records/; without it the last ones")
      .option("--last <n>", "how many of the newest records", wholeNumber, 30)
      .option("--templates <dir>", "a folder whose files stand in for the built-in templates of the same name")
      .action((id, flags) => run((app) => diffAll(app, id, flags))),
};

async function diffAll(app: App, id: string | undefined, flags: Flags): Promise<Outcome> {
  const known = await listRecords(recordsIn(app.home));
  const ids = id === undefined ? known.slice(Math.max(known.length - flags.last, 0)) : [id];
  // Throws what says how to get records.
  if (known.length === 0 || id !== undefined) await readRecord(recordsIn(app.home), id ?? null);
  const all: (Comparison | Unmade)[] = [];
  for (const record of ids) all.push(await diffOne(app, record, flags));
  const changed = all.filter((one) => "failure" in one || !one.identical);
  const message =
    changed.length === 0
      ? `${counted(ids.length, "record")}: nothing would be different`
      : `${changed.length} of ${counted(ids.length, "record")} would be different`;
  const data = printable([...changed.map(told), `${message}\n`].join("\n"));
  return { message, data, result: { records: ids.length, changed } };
}

/** A record that cannot be made again is a finding, and stops none of the others. */
async function diffOne(app: App, id: string, flags: Flags): Promise<Comparison | Unmade> {
  try {
    const record = await readRecord(recordsIn(app.home), id);
    const before = wordingOf(record.configuration.view);
    const today = defaultView(app.config.settings.view);
    const now = (view: View) => (wordingOf(view) === before ? today : view);
    return compareReplay(record, await replayed(app, record, { ...flags, viewOf: now }));
  } catch (error) {
    const { code: reason, message } = failureOf(error);
    return { id, failure: { reason, message } };
  }
}

/** A view as a text that is the same for the same view, in whatever order its keys stand. */
function wordingOf(view: View): string {
  return JSON.stringify(Object.entries(view).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function told(one: Comparison | Unmade): string {
  const head = paint.strong(one.id);
  if ("failure" in one) return `${head}\n  cannot be made again: ${one.failure.reason}: ${one.failure.message}\n`;
  const letters = one.letters.filter(({ identical }) => !identical).map(toldLetter);
  return `${head}\n${papers("the page: ", one)}${letters.join("")}`;
}

function toldLetter(letter: LetterComparison): string {
  const { hash, readers, subject, html, text } = letter;
  const sizes = `html ${sizeOf(html)}, ${counted(html.lines, "line")}; text ${sizeOf(text)}, ${counted(text.lines, "line")}`;
  const lines = [
    `  letter ${hash ?? "none"} of ${counted(readers, "reader")}: ${sizes}\n`,
    ...(subject
      ? [`  - subject: ${subject.before ?? "(no letter)"}\n  + subject: ${subject.after ?? "(no letter)"}\n`]
      : []),
    papers("", letter),
  ];
  return lines.join("") + coloured(letter.diff);
}

function sizeOf({ before, after }: LetterComparison["html"]): string {
  const more = after - before;
  return more === 0 ? `${after} B` : `${before} → ${after} B (${more > 0 ? "+" : ""}${more})`;
}

type Papers = Readonly<Record<"papersIn" | "papersOut", readonly PaperChange[]>>;

function papers(where: string, { papersIn, papersOut }: Papers): string {
  const line = (word: string) => (paper: PaperChange) => `  ${where}paper ${word}: ${paper.id} ${paper.title}\n`;
  return [...papersIn.map(line("in")), ...papersOut.map(line("out"))].join("");
}

const COLOURS: Readonly<Record<string, (text: string) => string>> = { "+": paint.good, "-": paint.bad, "@": paint.dim };

function coloured(text: string): string {
  return text
    .split("\n")
    .map((line) => (COLOURS[line.charAt(0)] ?? String)(line))
    .join("\n");
}
