import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { compareReplay } from "../editions/records/compare.js";
import type { Comparison, LetterComparison } from "../editions/records/compare.js";
import { readRecord } from "../editions/records/folder.js";
import type { EditionRecord } from "../editions/records/record.js";
import type { Replayed } from "../editions/records/replay.js";
import { printable, table } from "../app/terminal.js";
import type { CommandModule, Outcome } from "./command.js";
import { oneOf } from "./options.js";
import { recordsIn } from "../app/recording.js";
import { counted, replayed } from "../editions/records/replaying.js";
import type { ReplayFlags } from "../editions/records/replaying.js";

const PARTS = ["html", "text", "subject"] as const;

interface Flags extends ReplayFlags {
  readonly as?: (typeof PARTS)[number] | undefined;
  readonly letter?: string | undefined;
}

/** `paperboy replay [ID]`: a recorded edition, made again. */
export const replay: CommandModule = {
  description:
    "Make a recorded edition again from its own pages and clock, with today's code, templates and look, and say of each letter " +
    "whether it is the same, byte for byte. Needs no network and no database. Set `records: true` to have runs recorded.",
  examples: [
    "paperboy replay",
    "paperboy replay 20261005T070000Z-day-2026-10-02 --as html > letter.html",
    "paperboy replay 20261005T070000Z-day-2026-10-02 --templates my-templates --json",
  ],
  define: (command, run) =>
    command
      .argument("[id]", "a folder in records/; the newest one unless you say")
      .option("--as <part>", `print the letter as it is made now: ${PARTS.join(", ")}`, oneOf(PARTS))
      .option("--letter <hash>", "which letter, by the beginning of its hash; else the one with most readers")
      .option("--templates <dir>", "a folder whose files stand in for the built-in templates of the same name")
      .action((id, flags) => run((app) => replayOne(app, id ?? null, flags))),
};

async function replayOne(app: App, id: string | null, flags: Flags): Promise<Outcome> {
  const record = await readRecord(recordsIn(app.home), id);
  const made = await replayed(app, record, flags);
  const chosen = choose(made, flags.letter);
  const comparison = compareReplay(record, { ...made, letters: chosen });
  if (flags.as === undefined) return verdictOn(comparison, record);
  const letter = chosen.find(({ letter }) => letter !== null)?.letter;
  if (!letter)
    throw new PaperboyError("nothing-due", { message: `no paper of ${record.edition.source} fits any view` });
  const part = letter[flags.as];
  const { message } = verdictOn(comparison, record);
  return { message, data: flags.as === "subject" ? `${part}\n` : part, result: { ...shown(comparison), data: part } };
}

function choose({ letters }: Replayed, wanted: string | undefined): Replayed["letters"] {
  if (wanted === undefined) return letters;
  const found = letters.filter(({ recorded }) => recorded.hash?.startsWith(wanted));
  if (found.length > 0) return found;
  const hashes = letters.map(({ recorded }) => recorded.hash).filter((hash) => hash !== null);
  throw new PaperboyError("usage", {
    message: `no letter of this record begins with ${wanted}`,
    hint: `The letters: ${hashes.join(", ")}.`,
  });
}

/** Ends like `check`: what is not as it should be is told by exit status 3, beside the data. */
function verdictOn(comparison: Comparison, { configuration, versions }: EditionRecord): Outcome {
  const { letters, identical, id } = comparison;
  const other = letters.filter((letter) => !letter.identical).length;
  const made = `made by Paperboy ${versions.paperboy} on Node ${versions.node}, configuration ${configuration.hash.slice(0, 12)}`;
  const result = { ...shown(comparison), versions, configuration: configuration.hash };
  const rows = `${printable(table(letters.map(row)))}\n`;
  if (identical) {
    const message = `${counted(letters.length, "letter")} of ${id} made again: identical, byte for byte`;
    return { message, data: `${rows}${message}\n`, result };
  }
  const message =
    other === 0
      ? `the letters of ${id} are identical, but not the papers read`
      : `${other} of ${counted(letters.length, "letter")} of ${id} would be different today`;
  const hint = `It was ${made}. See what changed: paperboy diff ${id}`;
  return { reason: "config-invalid", message, hint, data: `${rows}config-invalid: ${message}\n`, result };
}

function row({ hash, readers, identical, html, text }: LetterComparison): string[] {
  const sizes = `html ${html.after} B, text ${text.after} B`;
  return [identical ? "same" : "OTHER", hash ?? "no letter", counted(readers, "reader"), sizes];
}

/** The comparison as `--json` shows it: the texts themselves are what `diff` is for. */
function shown({ letters, ...rest }: Comparison) {
  const facts = letters.map(({ hash, readers, identical, html, text }) => ({ hash, readers, identical, html, text }));
  return { ...rest, letters: facts };
}
