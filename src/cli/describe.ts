import { Command } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { COMMANDS } from "../commands/table.js";

/** A command as documentation and completion see it. */
export interface Described {
  /** With those above it: `subscribers add`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** What follows the name: `[options] <source>`. */
  readonly usage: string;
  readonly options: readonly DescribedOption[];
  readonly examples: readonly string[];
  readonly subcommands: readonly Described[];
}

export interface DescribedOption {
  /** As help shows it: `-o, --output <file>`. */
  readonly flags: string;
  readonly long: string;
  readonly description: string;
  /** Whether a word must follow it. */
  readonly takesValue: boolean;
  /** The words that may follow, where there are only a few. */
  readonly values: readonly string[];
}

/** Every command with its flags, from the table of commands: what is true there is true here. */
export async function describeCommands(): Promise<readonly Described[]> {
  return Promise.all(
    COMMANDS.map(async ({ name, summary, load }) => {
      const module = await load();
      const command = new Command(name).summary(summary).description(module.description);
      module.define(command, () => Promise.resolve());
      return { ...describe(command, ""), examples: module.examples };
    }),
  );
}

function describe(command: CommandUnknownOpts, above: string): Described {
  const path = `${above} ${command.name()}`.trim();
  const help = command.createHelp();
  return {
    path,
    summary: command.summary(),
    description: command.description(),
    usage: command.usage(),
    options: help
      .visibleOptions(command)
      .filter(({ long }) => long !== "--help")
      .map((option) => ({
        flags: option.flags,
        long: option.long ?? option.flags,
        description: help.optionDescription(option),
        takesValue: option.required,
        values: valuesOf(option.parseArg),
      })),
    examples: [],
    subcommands: command.commands.map((inner) => describe(inner, path)),
  };
}

/** `oneOf` leaves the words that it takes on the function that reads them. */
function valuesOf(parse: unknown): readonly string[] {
  const isList = typeof parse === "function" && "values" in parse && Array.isArray(parse.values);
  return isList ? (parse.values as readonly string[]) : [];
}

/** All commands and those below them, in one list. */
export function flatten(commands: readonly Described[]): readonly Described[] {
  return commands.flatMap((command) => [command, ...flatten(command.subcommands)]);
}
