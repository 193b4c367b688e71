import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { compareReplay } from "../editions/records/compare.js";
import type { Comparison, LetterComparison } from "../editions/records/compare.js";
import type { EditionRecord } from "../editions/records/record.js";
import type { Replay } from "../editions/records/replay.js";
import { counted, printable, table } from "../core/text.js";
import type { CommandModule, Outcome } from "./command.js";
import { oneOf, RECORD, TEMPLATES } from "./options.js";
import { recordNamed, replay as replayWith } from "../app/records.js";

const PARTS = ["html", "text", "subject"] as const;

interface Flags {
  readonly templates?: string | undefined;
  readonly as?: (typeof PARTS)[number] | undefined;
  readonly letter?: string | undefined;
}

/** `paperboy replay [ID]`: renders a recorded edition again and compares the letters. */
export const replay: CommandModule = {
  description:
    "Render a recorded edition again from its own pages and clock, with the current code, templates and branding, and report for " +
    "each letter whether it is identical, byte for byte. Needs no network and no database. The setting `records: true` records runs.",
  examples: [
    "paperboy replay",
    "paperboy replay 2026-10-02",
    "paperboy replay 20261005T070000Z-day-2026-10-02 --as html > letter.html",
    "paperboy replay 20261005T070000Z-day-2026-10-02 --templates my-templates --json",
  ],
  define: (command, run) =>
    command
      .argument("[id]", RECORD)
      .option(
        "--as <part>",
        `print this part of the letter, rendered by the current code: ${PARTS.join(", ")}`,
        oneOf(PARTS),
      )
      .option("--letter <hash>", "the letter whose hash has this prefix; by default the one with the most readers")
      .option(...TEMPLATES)
      .action((id, flags) => run((app) => replayOne(app, id ?? null, flags))),
};

async function replayOne(app: App, id: string | null, flags: Flags): Promise<Outcome> {
  const record = await recordNamed(app, id);
  const replayed = await replayWith(app, record, flags);
  const chosen = chooseLetters(replayed, flags.letter);
  const comparison = compareReplay(record, { ...replayed, letters: chosen });
  if (flags.as === undefined) return outcomeOf(comparison, record);
  const letter = chosen.find(({ letter }) => letter !== null)?.letter;
  if (!letter)
    throw new PaperboyError("nothing-due", { message: `no paper of ${record.edition.source} matches any view` });
  const part = letter[flags.as];
  const { message } = outcomeOf(comparison, record);
  return {
    message,
    data: flags.as === "subject" ? `${part}\n` : part,
    result: { ...summaryOf(comparison), data: part },
  };
}

function chooseLetters({ letters }: Replay, wanted: string | undefined): Replay["letters"] {
  if (wanted === undefined) return letters;
  const found = letters.filter(({ recorded }) => recorded.hash?.startsWith(wanted));
  if (found.length > 0) return found;
  const hashes = letters.map(({ recorded }) => recorded.hash).filter((hash) => hash !== null);
  throw new PaperboyError("usage", {
    message: `no letter of this record has a hash that begins with ${wanted}`,
    hint: `The hashes are ${hashes.join(", ")}.`,
  });
}

/** Returns the outcome. A difference ends with status 3, like a failed `paperboy check`. */
function outcomeOf(comparison: Comparison, { configuration, versions }: EditionRecord): Outcome {
  const { letters, identical, id } = comparison;
  const different = letters.filter((letter) => !letter.identical).length;
  const made = `made by Paperboy ${versions.paperboy} on Node ${versions.node}, configuration ${configuration.hash.slice(0, 12)}`;
  const result = { ...summaryOf(comparison), versions, configuration: configuration.hash };
  const rows = `${printable(table(letters.map(row)))}\n`;
  if (identical) {
    const message = `${counted(letters.length, "letter")} of ${id} replayed: identical, byte for byte`;
    return { message, data: `${rows}${message}\n`, result };
  }
  const message =
    different === 0
      ? `the letters of ${id} are identical, but the papers of its page are not`
      : `${different} of ${counted(letters.length, "letter")} of ${id} would differ today`;
  const hint = `It was ${made}. To see the changes: paperboy diff ${id}`;
  return { reason: "config-invalid", message, hint, data: `${rows}config-invalid: ${message}\n`, result };
}

function row({ hash, readers, identical, html, text }: LetterComparison): string[] {
  const sizes = `html ${html.after} B, text ${text.after} B`;
  return [identical ? "identical" : "DIFFERENT", hash ?? "no letter", counted(readers, "reader"), sizes];
}

/** Returns the comparison for `--json`, without the differences, which `paperboy diff` shows. */
function summaryOf({ letters, ...rest }: Comparison) {
  const facts = letters.map(({ hash, readers, identical, html, text }) => ({ hash, readers, identical, html, text }));
  return { ...rest, letters: facts };
}
