import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError } from "@commander-js/extra-typings";
import { withApp } from "./app.js";
import type { GlobalFlags, World } from "./app.js";
import type { CommandModule, Outcome } from "./commands/command.js";
import { PaperboyError, REASONS } from "./errors.js";
import { listSourceForms } from "./sources.js";
import { showFailure, showOutcome } from "./verdict.js";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command. Its module is loaded only when it is called, so that `--help` and small commands start at once. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "the whole pipeline: what cron runs",
    load: async () => (await import("./commands/run.js")).run,
  },
  {
    name: "fetch",
    summary: "the page, to stdout or a file",
    load: async () => (await import("./commands/fetch.js")).fetch,
  },
  { name: "parse", summary: "its papers, as JSON", load: async () => (await import("./commands/parse.js")).parse },
  {
    name: "explain",
    summary: "each paper: kept or dropped, and why",
    load: async () => (await import("./commands/explain.js")).explain,
  },
  {
    name: "render",
    summary: "the letter, in any of its shapes",
    load: async () => (await import("./commands/render.js")).render,
  },
  {
    name: "check",
    summary: "the letter, looked at before anybody else does",
    load: async () => (await import("./commands/check.js")).check,
  },
  {
    name: "preview",
    summary: "the studio: the letter in every shape, in a browser, live",
    load: async () => (await import("./commands/preview.js")).preview,
  },
  {
    name: "send",
    summary: "one test letter, marked [test]",
    load: async () => (await import("./commands/send.js")).send,
  },
  {
    name: "subscribers",
    summary: "add, import, list, show, set, remove, erase, export",
    load: async () => (await import("./commands/subscribers.js")).subscribers,
  },
  {
    name: "status",
    summary: "what went out, to how many, what is owed, and why",
    load: async () => (await import("./commands/status.js")).status,
  },
  {
    name: "resend",
    summary: "put deliveries back in line",
    load: async () => (await import("./commands/resend.js")).resend,
  },
  {
    name: "uncertain",
    summary: "messages that may have arrived",
    load: async () => (await import("./commands/uncertain.js")).uncertain,
  },
  { name: "pause", summary: "let nothing go out", load: async () => (await import("./commands/pause.js")).pause },
  { name: "resume", summary: "end a pause", load: async () => (await import("./commands/pause.js")).resume },
  {
    name: "store",
    summary: "check the database, or copy it",
    load: async () => (await import("./commands/store.js")).store,
  },
  {
    name: "templates",
    summary: "the built-in templates, copied out to be changed",
    load: async () => (await import("./commands/templates.js")).templates,
  },
];

const EXIT_USAGE = REASONS.usage.exit;

/**
 * Runs one command line and answers with the exit status. The only place that catches: whatever a command throws becomes
 * a reason, a message and a status here.
 * @param argv as Node gives it: the program, the script, the arguments.
 */
export async function main(argv: readonly string[], world: World = processWorld()): Promise<number> {
  const asked = { json: argv.includes("--json"), verbose: argv.includes("--verbose"), quiet: argv.includes("--quiet") };
  let exit = 0;
  try {
    const called = COMMANDS.find(({ name }) => argv.slice(2).includes(name));
    const program = declareProgram(world);
    for (const { name, summary } of COMMANDS) if (name !== called?.name) program.command(name).summary(summary);
    if (called) {
      await declareCommand(program, called, async (work) => {
        const flags: GlobalFlags = program.opts();
        const outcome: Outcome = await withApp({ world, flags, version: packageVersion() }, work);
        exit = showOutcome(outcome, world, asked);
      });
    }
    await program.parseAsync(argv);
  } catch (error) {
    exit = error instanceof CommanderError ? commanderExit(error) : showFailure(error, world, asked);
  }
  return exit;
}

function declareProgram({ stdout, stderr }: World) {
  return new Command("paperboy")
    .description("Brings the daily papers to your inbox.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option(
      "--home <dir>",
      "the folder with paperboy.yaml, outbox/ and pages/ (PAPERBOY_HOME; default: the current one)",
    )
    .option("--now <instant>", "act as if it were this time, such as 2026-10-02T07:00:00Z", parseInstant)
    .option("--json", "print the result as one JSON object on stdout")
    .option("--quiet", "say nothing but the result and what went wrong")
    .option("--verbose", "say everything, with stack traces")
    .addHelpText("after", helpAfter)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) })
    .helpCommand(true)
    .showHelpAfterError("(--help shows what there is)")
    .exitOverride();
}

type Program = ReturnType<typeof declareProgram>;
type Lend = Parameters<CommandModule["define"]>[1];

async function declareCommand(program: Program, { name, summary, load }: CommandEntry, lend: Lend): Promise<void> {
  const module = await load();
  const command = program.command(name).summary(summary).description(module.description);
  const examples = module.examples.map((example) => `  $ ${example}`).join("\n");
  command.addHelpText("after", `\nExamples:\n${examples}`);
  module.define(command, lend);
}

function helpAfter(): string {
  const reasons = Object.entries(REASONS).map(([name, { exit, means }]) => `  ${exit}  ${name.padEnd(16)} ${means}`);
  return `\nSOURCE is one of:\n${listSourceForms()}\n\nExit status and reason of a run:\n${reasons.join("\n")}`;
}

function parseInstant(text: string): Date {
  const instant = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(instant.getTime())) {
    throw new InvalidArgumentError("Expected an instant such as 2026-10-02T07:00:00Z.");
  }
  return instant;
}

/** Commander has printed already; help and version are no failures. */
function commanderExit(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : EXIT_USAGE;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : null;
  if (typeof version !== "string") throw new PaperboyError("internal", { message: "package.json names no version" });
  return version;
}

function processWorld(): World {
  // A reader that has seen enough (`paperboy parse today | head`) closes the pipe; that is no failure of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    directory: process.cwd(),
    clock: () => new Date(),
    signal: stopSignal(),
  };
}

/** The first Ctrl-C or SIGTERM asks to stop; the second is Node's own and ends the process at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  return stop.signal;
}
