import { Command } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { CommandEntry } from "./command.js";
import { SITE_KINDS } from "../fetch/kinds.js";
import { SOURCE_FORMS } from "../fetch/sources.js";

/** The parts of a command that documentation and completion use. */
export interface Described {
  /** The name with its parents: `subscribers add`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** The arguments as in the help: `[options] <source>`. */
  readonly usage: string;
  readonly options: readonly DescribedOption[];
  readonly examples: readonly string[];
  readonly subcommands: readonly Described[];
}

export interface DescribedOption {
  /** The flags as in the help: `-o, --output <file>`. */
  readonly flags: string;
  readonly long: string;
  readonly description: string;
  /** Whether the flag requires a value. */
  readonly takesValue: boolean;
  /** The permitted values; empty if any value is accepted. */
  readonly values: readonly string[];
}

/** Describes commands with their flags and subcommands. */
export async function describeCommands(commands: readonly CommandEntry[]): Promise<readonly Described[]> {
  return Promise.all(
    commands.map(async ({ name, summary, load }) => {
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

/** Returns the values that `oneOf` (options.ts) set on its parser. */
function valuesOf(parse: unknown): readonly string[] {
  const isList = typeof parse === "function" && "values" in parse && Array.isArray(parse.values);
  return isList ? (parse.values as readonly string[]) : [];
}

/** Lists commands and their subcommands, depth first. */
export function flatten(commands: readonly Described[]): readonly Described[] {
  return commands.flatMap((command) => [command, ...flatten(command.subcommands)]);
}

/** Returns the rows of the tables of sources: every form of SOURCE and every kind of page on the site. */
export function describeSources(): { readonly forms: readonly string[][]; readonly kinds: readonly string[][] } {
  const forms = SOURCE_FORMS.map(({ example, means }) => [`\`${example}\``, means]);
  const kinds = Object.entries(SITE_KINDS).map(([kind, { placeholder, page, api, usesApi, evidence, refused }]) => [
    kind,
    `\`${page(placeholder)}\``,
    api === null ? "none" : `\`${api(placeholder)}\`${usesApi ? " (without `api: true`)" : ""}`,
    `${evidence.how}: ${evidence.from} (${evidence.on})`,
    refused,
  ]);
  return { forms, kinds };
}
