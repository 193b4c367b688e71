import { Command, CommanderError, InvalidArgumentError } from "@commander-js/extra-typings";
import type { Environment, GlobalFlags } from "../app/app.js";
import { parsePeriod } from "../core/calendar.js";
import type { CommandModule, Outcome } from "../commands/command.js";
import { GLOBAL_FLAGS, helpFooter } from "../commands/command.js";
import { COMMANDS } from "../commands/table.js";
import { PaperboyError } from "../core/errors.js";
import { createMasker } from "../core/mask.js";
import { processEnvironment } from "./process-environment.js";
import type { Output } from "../app/terminal.js";
import { showFailure, showOutcome } from "./output.js";
import { packageVersion } from "../core/project.js";

/**
 * Runs one command line and returns the exit status. The only place that catches every error, and converts it to a reason, a
 * message and a status.
 * @param argv as in `process.argv`: the program, the script, the arguments.
 */
export async function main(argv: readonly string[], environment: Environment = processEnvironment()): Promise<number> {
  const mask = createMasker();
  const format = { ...outputFlagsOf(argv), mask };
  const called = COMMANDS.find(({ name }) => name === argv[2])?.name;
  let exit = 0;
  try {
    const program = declareProgram(environment, format.json);
    const runWithApp: WithApp = async (work, options) => {
      const flags: GlobalFlags = program.opts();
      // Loaded only when a command runs, since help does not need it.
      const { withApp } = await import("../app/app.js");
      const outcome: Outcome = await withApp({ environment, flags, mask, ...options }, work);
      exit = showOutcome(outcome, environment, format);
    };
    declareCommands(program, runWithApp, called);
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) exit = showFailure(error, environment, format);
    else if (error.exitCode !== 0) exit = showFailure(usageOf(error, called), environment, format);
  }
  return exit;
}

/** Reads the output flags without commander, because they also apply to commander's errors. */
function outputFlagsOf(argv: readonly string[]) {
  const end = argv.indexOf("--");
  const flags = new Set(end === -1 ? argv : argv.slice(0, end));
  return { json: flags.has("--json"), verbose: flags.has("--verbose"), quiet: flags.has("--quiet") };
}

function declareProgram({ stdout, stderr }: Environment, json: boolean) {
  const { home, now, json: asJson, quiet, verbose } = GLOBAL_FLAGS;
  return new Command("paperboy")
    .description("Mails Hugging Face's Daily Papers to you and your subscribers.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option(home.flags, home.means)
    .option(now.flags, now.means, parseInstant)
    .option(asJson.flags, asJson.means)
    .option(quiet.flags, quiet.means)
    .option(verbose.flags, verbose.means)
    .addHelpText("after", helpFooter)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // Used only for the help of a command line without a command; output.ts prints failures.
      writeErr: (text) => void (json || stderr.write(text)),
      outputError: () => undefined,
      // Commander's defaults would open the streams of the process.
      getOutHelpWidth: () => widthOf(stdout),
      getErrHelpWidth: () => widthOf(stderr),
      getOutHasColors: () => stdout.isTTY === true,
      getErrHasColors: () => stderr.isTTY === true,
    })
    .helpCommand(false)
    .exitOverride();
}

/** Returns the columns of a terminal, or 80, commander's default, for other streams. */
function widthOf({ isTTY, columns }: Output): number {
  return (isTTY ? columns : undefined) ?? 80;
}

type Program = ReturnType<typeof declareProgram>;
type WithApp = Parameters<CommandModule["define"]>[1];

/**
 * Declares the commands with their name and summary. Declares the flags of a command when commander calls it.
 * @param called the command at the start of argv, which is then the only one declared.
 */
function declareCommands(program: Program, runWithApp: WithApp, called: string | undefined): void {
  const listed = COMMANDS.filter(({ name }) => called === undefined || name === called);
  const declared = listed.map((entry) => ({ ...entry, command: program.command(entry.name).summary(entry.summary) }));
  program.hook("preSubcommand", async (_, called) => {
    const entry = declared.find(({ name }) => name === called.name());
    if (!entry) return;
    const module = await entry.load();
    const examples = module.examples.map((example) => `  $ ${example}`).join("\n");
    entry.command.description(module.description).addHelpText("after", `\nExamples:\n${examples}`);
    module.define(entry.command, runWithApp);
  });
  // Commander's own `help` does not run this hook, and would print a command without its flags.
  program
    .command("help")
    .summary("show the help of a command")
    .argument("[command...]")
    .action(async (names) => {
      const isKnown = names.length === 0 || COMMANDS.some(({ name }) => name === names[0]);
      // Without --help, an unknown command is an error that suggests a similar name.
      await program.parseAsync(isKnown ? [...names, "--help"] : names, { from: "user" });
    });
}

/** Converts an error of commander. Its suggestion of a similar name becomes the hint. */
function usageOf({ code, message }: CommanderError, called: string | undefined): PaperboyError {
  if (code === "commander.help") {
    return new PaperboyError("usage", { message: "no command given", hint: "See `paperboy --help`." });
  }
  const [problem = "", ...suggestion] = message.replace(/^error: /, "").split("\n");
  const meant = suggestion.join(" ").replace(/^\((.*)\)$/, "$1");
  return new PaperboyError("usage", {
    message: problem,
    hint: [meant, `See \`${["paperboy", called, "--help"].filter(Boolean).join(" ")}\`.`].filter(Boolean).join(" "),
  });
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Parses an instant with a zone (RFC 3339), or a day, which means its start in UTC. */
function parseInstant(text: string): Date {
  const day = INSTANT.exec(text)?.[1] ?? text;
  const period = parsePeriod(day);
  const instant = new Date(day === text ? `${day}T00:00:00Z` : text.toUpperCase());
  if (period?.kind === "day" && period.span && !Number.isNaN(instant.getTime())) return instant;
  throw new InvalidArgumentError("Expected an instant with a time zone, such as 2026-10-02T07:00:00Z, or a day.");
}
