import path from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import { fit, printable, table } from "../core/text.js";
import { openOutput } from "../core/files.js";
import { COLUMNS, recordOf } from "../subscribers/columns.js";
import { formatStates, formatSubscribers } from "../subscribers/export.js";
import type { ListQuery } from "../subscribers/export.js";
import type { ImportFlags } from "../subscribers/import/import-file.js";
import {
  addSubscribers,
  changeSubscriber,
  eraseSubscriber,
  findSubscriber,
  FREQUENCIES,
  lastDeliveries,
  removeSubscriber,
  STATES,
} from "../subscribers/manage.js";
import type { SubscriberContext } from "../subscribers/manage.js";
import type { CommandModule, Outcome } from "./command.js";
import { oneOf, viewFlagsOf, viewOf, withViewOptions } from "./options.js";
import type { Store } from "../store/store.js";
import { defaultView } from "../rank/view.js";

const ADDRESS = "the subscriber's address";
const DELIVERIES_SHOWN = 10;

const IMPORT_HELP = `
The file is CSV (the first line names the columns; comma, semicolon or tab), a list of addresses, one per line, a JSON
list of objects, or one JSON object per line; in UTF-8, UTF-16 or Latin-1. Exports of Mailchimp, Substack, Ghost,
Buttondown, beehiiv, listmonk and Google Contacts are imported as they are. Only \`email\` is required, also spelt
E-Mail, Email Address, E-mail 1 - Value, ...:
  ${COLUMNS.slice(0, 7).join(", ")},
  ${COLUMNS.slice(7).join(", ")}
Semicolons separate the phrases of a list (\\; is one within a phrase), and commas separate topics. An absent column means
the \`view\` of the configuration; a blank list or limit in a column that is present means none. joined_at is not read.
Columns of other tools that say who left (status, type, subscribed_to_emails, unsubscribed_at, ...) are obeyed: such a
person is kept as gone and never mailed, and a value that is not understood refuses the line.
Known subscribers are not changed, unless the file says that they left. Each line that adds no subscriber is reported, with its number and the reason.`;

const EXPORT_HELP = `
Cells that a spreadsheet would treat as a formula (=, +, -, @) are not escaped: import the file as text.`;

const SOURCE = "what they follow: search:WORDS (its new papers), trending, or days";

/** `paperboy subscribers ...`: manages subscribers and their preferences. */
export const subscribers: CommandModule = {
  description: "Add, import, show, change and remove subscribers.",
  examples: [
    "paperboy subscribers add you@example.com --include agents --limit 10",
    "paperboy subscribers import subscribers.csv --dry-run",
    "paperboy subscribers list --state active",
    "paperboy subscribers set you@example.com --pause-until 2026-11-01",
    'paperboy subscribers add you@example.com --source "search:LLaVA-1.5" --since 30 --order newest',
    "paperboy subscribers export -o subscribers.csv",
  ],
  define: (command, run) => {
    withViewOptions(command.command("add").summary("add subscribers, all with the same preferences"))
      .argument("<address...>", "their addresses")
      .option("--frequency <how-often>", `how often: ${FREQUENCIES.join(", ")}`, oneOf(FREQUENCIES), "daily")
      .option("--source <source>", SOURCE)
      .action((addresses, { frequency, ...flags }) =>
        run(async (app) =>
          addSubscribers(addresses, { frequency, view: await viewOf(app, flags) }, await contextOf(app)),
        ),
      );
    command
      .command("import")
      .summary("add the subscribers of a CSV or JSON file")
      .argument("<file>", "the file, or - for standard input")
      .option("--dry-run", "report what would happen without changing anything")
      .option("--report <file>", "write each line that added no subscriber, and the reason, to this CSV file")
      .addHelpText("after", IMPORT_HELP)
      .action((file, flags) => run((app) => importInto(app, file, flags)));
    command
      .command("list")
      .summary("list all subscribers, one per line; --json prints one JSON object per line")
      .option("--state <state>", `only subscribers in this state: ${STATES.join(", ")}`, oneOf(STATES))
      .option("--limit <n>", "at most this many", positive)
      .option("--named", "list the people whom `to` and --to named, who get only the letters of such runs")
      .action((flags) => run((app) => list(app, { ...flags, format: app.json ? "json" : "text" })));
    command
      .command("show")
      .summary("show one subscriber's preferences and last letters")
      .argument("<address>", ADDRESS)
      .action((address) => run((app) => show(app, address)));
    withViewOptions(command.command("set").summary("change one subscriber's state or preferences"))
      .argument("<address>", ADDRESS)
      .option("--frequency <how-often>", `how often: ${FREQUENCIES.join(", ")}`, oneOf(FREQUENCIES))
      .option("--source <source>", SOURCE)
      .option("--state <state>", `the new state: ${STATES.join(", ")}`, oneOf(STATES))
      .option("--pause-until <date>", "send no letters before this day or instant")
      .option("--reset", "start from the view of the configuration instead of the subscriber's")
      .option("--yes", "confirm that a subscriber who left asked to come back")
      .action((address, flags) =>
        run(async (app) => {
          const request = {
            ...flags,
            view: await viewFlagsOf(app, flags),
            defaultView: defaultView(app.config.settings.view),
          };
          return changeSubscriber(address, request, await contextOf(app));
        }),
      );
    command
      .command("remove")
      .summary("unsubscribe one subscriber, who is kept as gone")
      .argument("<address>", ADDRESS)
      .action((address) => run(async (app) => removeSubscriber(address, await contextOf(app))));
    command
      .command("erase")
      .summary(
        "delete all data about one subscriber except a keyed hash, which prevents imports from adding the address",
      )
      .argument("<address>", ADDRESS)
      .option("--yes", "do not ask for confirmation")
      .action((address, { yes }) =>
        run(async (app) =>
          eraseSubscriber(address, await contextOf(app), yes ? undefined : (question) => confirm(app, question)),
        ),
      );
    command
      .command("export")
      .summary("export subscribers to a file that import can read")
      .option(
        "--as <format>",
        "csv or json (one object per line; default: csv, or json with --json)",
        oneOf(["csv", "json"]),
      )
      .option("--state <state>", `only subscribers in this state: ${STATES.join(", ")}`, oneOf(STATES))
      .option("-o, --output <file>", "write to this file instead of stdout")
      .addHelpText("after", EXPORT_HELP)
      .action(({ as, state, output }) =>
        run((app) => exportTo(app, output, { state, format: as ?? (app.json ? "json" : "csv") })),
      );
  },
};

async function contextOf(app: App): Promise<SubscriberContext> {
  return { store: await app.store(), now: app.clock(), warn: (text) => app.terminal.warn(text) };
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Expected a whole number from 1.");
  return Number(text);
}

async function importInto(app: App, file: string, flags: ImportFlags): Promise<Outcome> {
  const { environment, terminal } = app;
  const { importFile } = await import("../subscribers/import/import-file.js");
  const { store, now, warn } = await contextOf(app);
  return importFile(file, flags, {
    store,
    defaultView: defaultView(app.config.settings.view),
    now,
    directory: environment.directory,
    stdin: environment.stdin,
    signal: environment.signal,
    warn,
    progress: terminal.printsProgress && environment.stderr.isTTY === true ? environment.stderr : null,
  });
}

async function list(app: App, query: ListQuery): Promise<Outcome> {
  const { store } = await contextOf(app);
  for await (const text of formatSubscribers(store.subscribers, query)) app.environment.stdout.write(text);
  const message = await summaryOf(store, query);
  return { message, data: app.json ? "" : `${message}\n` };
}

async function summaryOf({ subscribers }: Pick<Store, "subscribers">, { named }: ListQuery): Promise<string> {
  if (named) return "these people get only the letters of runs that name them (`to`, --to)";
  const states = formatStates(await subscribers.count());
  const others = await subscribers.list({ after: 0, limit: 1, who: "named", state: "active" });
  return others.length === 0 ? states : `${states}; --named lists the people whom runs named`;
}

async function exportTo(app: App, output: string | undefined, query: ListQuery): Promise<Outcome> {
  const { store } = await contextOf(app);
  const texts = formatSubscribers(store.subscribers, query);
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
  const written =
    query.state === undefined ? formatStates(await store.subscribers.count()) : `${query.state} subscribers`;
  return { message: `written to ${output}: ${written}`, result: { file: output } };
}

async function show(app: App, address: string): Promise<Outcome> {
  const context = await contextOf(app);
  const subscriber = await findSubscriber(address, context);
  const deliveries = await lastDeliveries(subscriber, DELIVERIES_SHOWN, context);
  const record = recordOf(subscriber);
  const letters = deliveries.map(({ editionId, channel, state, changedAt, detail }) => [
    editionId,
    channel,
    state,
    changedAt.toISOString(),
    fit(detail ?? "", 60),
  ]);
  const about = table(Object.entries(record).map(([name, value]) => [name, formatValue(value)]));
  const isNamed = subscriber.origin === "named" && subscriber.state === "active";
  return {
    message: isNamed
      ? "gets only the letters of runs that name the address"
      : `${subscriber.state}, ${subscriber.frequency}`,
    data: `${printable(`${about}\n\n${letters.length === 0 ? "no letters yet" : table(letters)}`)}\n`,
    result: {
      subscriber: record,
      deliveries: deliveries.map(({ editionId: edition, channel, state, attempts, changedAt, detail }) => {
        return { edition, channel, state, attempts, changedAt, detail };
      }),
    },
  };
}

function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.join("; ");
  if (value === null) return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Asks on the terminal. Returns false without a terminal. */
async function confirm({ environment }: App, question: string): Promise<boolean> {
  if (environment.stderr.isTTY !== true) return false;
  environment.stderr.write(question);
  for await (const bytes of environment.stdin) return /^y(?:es)?$/i.test(Buffer.from(bytes).toString("utf8").trim());
  return false;
}
