import { Command, CommanderError, InvalidArgumentError } from "@commander-js/extra-typings";
import type { Environment, GlobalFlags } from "../app/app.js";
import { parsePeriod } from "../core/calendar.js";
import type { CommandModule, Outcome } from "../commands/command.js";
import { GLOBAL_FLAGS } from "./global-flags.js";
import { COMMANDS } from "../commands/table.js";
import { PaperboyError, REASONS } from "../core/errors.js";
import { processEnvironment } from "./process-environment.js";
import { listSourceForms } from "../fetch/sources.js";
import type { Output } from "../app/terminal.js";
import { showFailure, showOutcome } from "./output.js";
import { packageVersion } from "../app/version.js";

/**
 * Runs one command line and answers with the exit status. The only place that catches: whatever a command throws becomes
 * a reason, a message and a status here.
 * @param argv as Node gives it: the program, the script, the arguments.
 */
export async function main(argv: readonly string[], environment: Environment = processEnvironment()): Promise<number> {
  const asked = askedBy(argv);
  let exit = 0;
  try {
    const program = declareProgram(environment, asked.json);
    const lend: Lend = async (work, options) => {
      const flags: GlobalFlags = program.opts();
      // Everything that builds parts, settings included, is loaded when a command really runs: help needs none of it.
      const { withApp } = await import("../app/app.js");
      const outcome: Outcome = await withApp({ environment, flags, version: packageVersion(), ...options }, work);
      exit = showOutcome(outcome, environment, asked);
    };
    declareCommands(program, lend, COMMANDS.some(({ name }) => name === argv[2]) ? argv[2] : undefined);
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) exit = showFailure(error, environment, asked);
    else if (error.exitCode !== 0) exit = showFailure(usageOf(error), environment, asked);
  }
  return exit;
}

/** How the result is to be shown; read before anything else, since a wrong command line is shown that way too. */
function askedBy(argv: readonly string[]) {
  const end = argv.indexOf("--");
  const flags = new Set(end === -1 ? argv : argv.slice(0, end));
  return { json: flags.has("--json"), verbose: flags.has("--verbose"), quiet: flags.has("--quiet") };
}

function declareProgram({ stdout, stderr }: Environment, json: boolean) {
  const { home, now, json: asJson, quiet, verbose } = GLOBAL_FLAGS;
  return new Command("paperboy")
    .description("Brings the daily papers to your inbox.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option(home.flags, home.means)
    .option(now.flags, now.means, parseInstant)
    .option(asJson.flags, asJson.means)
    .option(quiet.flags, quiet.means)
    .option(verbose.flags, verbose.means)
    .addHelpText("after", helpAfter)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // Only the help of a command line without a command comes this way: failures are shown in one place.
      writeErr: (text) => void (json || stderr.write(text)),
      outputError: () => undefined,
      // Commander by itself opens the streams of the process to find out.
      getOutHelpWidth: () => widthOf(stdout),
      getErrHelpWidth: () => widthOf(stderr),
      getOutHasColors: () => stdout.isTTY === true,
      getErrHasColors: () => stderr.isTTY === true,
    })
    .helpCommand(false)
    .exitOverride();
}

/** Columns of a terminal; where nobody watches, as many as commander takes by itself. */
function widthOf({ isTTY, columns }: Output): number {
  return (isTTY ? columns : undefined) ?? 80;
}

type Program = ReturnType<typeof declareProgram>;
type Lend = Parameters<CommandModule["define"]>[1];

/**
 * Declares every command by name; what a command takes is declared when commander has found that it is called. Where it is
 * known from the start which one that is, nobody asks for the others.
 */
function declareCommands(program: Program, lend: Lend, called: string | undefined): void {
  const asked = COMMANDS.filter(({ name }) => called === undefined || name === called);
  const declared = asked.map((entry) => ({ ...entry, command: program.command(entry.name).summary(entry.summary) }));
  program.hook("preSubcommand", async (_, called) => {
    const entry = declared.find(({ name }) => name === called.name());
    if (!entry) return;
    const module = await entry.load();
    const examples = module.examples.map((example) => `  $ ${example}`).join("\n");
    entry.command.description(module.description).addHelpText("after", `\nExamples:\n${examples}`);
    module.define(entry.command, lend);
  });
  // Commander's own `help` would show a command of which nothing is declared yet.
  program
    .command("help")
    .summary("what a command takes")
    .argument("[command...]")
    .action(async (names) => void (await program.parseAsync([...names, "--help"], { from: "user" })));
}

/** Commander's complaint as a failure of ours; a name that is near stands in the hint. */
function usageOf({ code, message }: CommanderError): PaperboyError {
  if (code === "commander.help") {
    return new PaperboyError("usage", { message: "no command is named", hint: "See `paperboy --help`." });
  }
  const [complaint = "", ...suggestion] = message.replace(/^error: /, "").split("\n");
  const meant = suggestion.join(" ").replace(/^\((.*)\)$/, "$1");
  return new PaperboyError("usage", {
    message: complaint,
    hint: [meant, "--help, after a command too, shows what there is."].filter(Boolean).join(" "),
  });
}

function helpAfter(): string {
  const reasons = Object.entries(REASONS).map(([name, { exit, means }]) => `  ${exit}  ${name.padEnd(16)} ${means}`);
  return `\nSOURCE is one of:\n${listSourceForms()}\n\nExit status and reason of a run:\n${reasons.join("\n")}`;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** A real instant with its zone (RFC 3339), or a real day: its first moment in UTC. */
function parseInstant(text: string): Date {
  const day = INSTANT.exec(text)?.[1] ?? text;
  const period = parsePeriod(day);
  const instant = new Date(day === text ? `${day}T00:00:00Z` : text.toUpperCase());
  if (period?.kind === "day" && period.span && !Number.isNaN(instant.getTime())) return instant;
  throw new InvalidArgumentError("Expected an instant with its zone such as 2026-10-02T07:00:00Z, or a day.");
}
