import path from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import { COLUMNS } from "../subscribers/columns.js";
import { tellStates, writeReaders } from "../subscribers/report.js";
import type { ListShape } from "../subscribers/report.js";
import type { SubscriberState } from "../store/store.js";
import type { CommandModule, Outcome } from "./command.js";
import { oneOf, withViewOptions } from "./options.js";
import { openOutput } from "./output-file.js";
import { importReaders } from "./subscribers-import.js";
import {
  addReaders,
  eraseReader,
  FREQUENCIES,
  removeReader,
  setReader,
  showReader,
  STATES,
} from "./subscribers-one.js";

const ADDRESS = "the reader's address";

const IMPORT_HELP = `
The file is CSV (the first line names the columns; comma, semicolon or tab), a JSON list of objects, or one JSON object
a line; UTF-8. Only \`email\` must be there:
  ${COLUMNS.slice(0, 7).join(", ")},
  ${COLUMNS.slice(7).join(", ")}
Lists are separated by semicolons (\\; is one of the phrase itself). A column that is not there means what the
configuration's \`view\` says; a blank list or limit in one that is there means none. joined_at is not read.
Whoever is known stays as they are. Each line that adds nobody is told, with its number and why.`;

const EXPORT_HELP = `
Cells stand as they are, also those that a spreadsheet takes for a formula (=, +, -, @): import them there as text.`;

/** `paperboy subscribers ...`: who gets letters, and what they asked for. */
export const subscribers: CommandModule = {
  description: "Add, import, look at, change and remove readers.",
  examples: [
    "paperboy subscribers add you@example.com --include agents --limit 10",
    "paperboy subscribers import readers.csv --dry-run",
    "paperboy subscribers list --state active",
    "paperboy subscribers set you@example.com --pause-until 2026-11-01",
    "paperboy subscribers export -o readers.csv",
  ],
  define: (command, run) => {
    withViewOptions(command.command("add").summary("add readers, all with the same wishes"))
      .argument("<address...>", "their addresses")
      .option("--frequency <how-often>", `how often: ${FREQUENCIES.join(", ")}`, oneOf(FREQUENCIES), "daily")
      .action((addresses, flags) => run((app) => addReaders(app, addresses, flags)));
    command
      .command("import")
      .summary("add the readers of a CSV or JSON file")
      .argument("<file>", "the file, or - for standard input")
      .option("--dry-run", "say what would happen, and change nothing")
      .option("--report <file>", "write each line that added nobody to this file (CSV), and why")
      .addHelpText("after", IMPORT_HELP)
      .action((file, flags) => run((app) => importReaders(app, file, flags)));
    command
      .command("list")
      .summary("all readers, one a line; with --json one JSON object a line")
      .option("--state <state>", `only these: ${STATES.join(", ")}`, oneOf(STATES))
      .option("--limit <n>", "at most this many", positive)
      .action((flags) => run((app) => listReaders(app, flags)));
    command
      .command("show")
      .summary("one reader: wishes, and the last letters")
      .argument("<address>", ADDRESS)
      .action((address) => run((app) => showReader(app, address)));
    withViewOptions(command.command("set").summary("change what one reader gets"))
      .argument("<address>", ADDRESS)
      .option("--frequency <how-often>", `how often: ${FREQUENCIES.join(", ")}`, oneOf(FREQUENCIES))
      .option("--state <state>", `where they stand: ${STATES.join(", ")}`, oneOf(STATES))
      .option("--pause-until <date>", "no letters before this day or instant")
      .option("--reset", "forget earlier wishes first; back to the configuration's view")
      .option("--yes", "they left, and asked to come back")
      .action((address, flags) => run((app) => setReader(app, address, flags)));
    command
      .command("remove")
      .summary("no more letters to one reader, who stays known as gone")
      .argument("<address>", ADDRESS)
      .action((address) => run((app) => removeReader(app, address)));
    command
      .command("erase")
      .summary("forget one reader; a keyed hash stays, so that no import brings them back")
      .argument("<address>", ADDRESS)
      .option("--yes", "do not ask")
      .action((address, flags) => run((app) => eraseReader(app, address, flags)));
    command
      .command("export")
      .summary("all readers, as a file that import reads")
      .option("--as <shape>", "csv or json (one object a line); default: csv, with --json json", oneOf(["csv", "json"]))
      .option("--state <state>", `only these: ${STATES.join(", ")}`, oneOf(STATES))
      .option("-o, --output <file>", "write to this file instead")
      .addHelpText("after", EXPORT_HELP)
      .action((flags) => run((app) => exportReaders(app, flags)));
  },
};

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}

interface ListFlags {
  readonly state?: SubscriberState | undefined;
  readonly limit?: number | undefined;
}

async function listReaders(app: App, flags: ListFlags): Promise<Outcome> {
  const store = await app.store();
  const shape: ListShape = app.json ? "json" : "text";
  for await (const text of writeReaders(store.subscribers, { ...flags, shape })) app.environment.stdout.write(text);
  const message = tellStates(await store.subscribers.count());
  return { message, data: app.json ? "" : `${message}\n` };
}

interface ExportFlags {
  readonly as?: "csv" | "json" | undefined;
  readonly state?: SubscriberState | undefined;
  readonly output?: string | undefined;
}

async function exportReaders(app: App, { as, state, output }: ExportFlags): Promise<Outcome> {
  const store = await app.store();
  const texts = writeReaders(store.subscribers, { shape: as ?? (app.json ? "json" : "csv"), state });
  if (output === undefined) {
    for await (const text of texts) app.environment.stdout.write(text);
    return { message: "exported", data: "" };
  }
  const file = await openOutput(path.resolve(app.environment.directory, output));
  try {
    for await (const text of texts) await file.write(text);
  } finally {
    await file.close();
  }
  const message = `written to ${output}: ${tellStates(await store.subscribers.count())}`;
  return {
    message: state === undefined ? message : `the ${state} ones written to ${output}`,
    result: { file: output },
  };
}
