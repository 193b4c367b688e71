import { SHELLS } from "../ops/setup/completion.js";
import type { Completable, ShellName } from "../ops/setup/completion.js";
import type { CommandEntry, CommandModule } from "./command.js";
import { describeCommands, flatten } from "./describe.js";
import type { Described } from "./describe.js";
import { GLOBAL_FLAGS } from "./command.js";
import { oneOf } from "./options.js";

const NAMES = Object.keys(SHELLS) as ShellName[];

/** Returns `paperboy completion SHELL`, which prints a completion script for these commands. */
export function completionOf(entries: readonly CommandEntry[]): CommandModule {
  return {
    description: "Print a script for shell completion of Paperboy's commands, flags and values.",
    examples: [
      "source <(paperboy completion bash)",
      "paperboy completion fish > ~/.config/fish/completions/paperboy.fish",
    ],
    define: (command, withApp) =>
      command.argument("<shell>", NAMES.join(", "), oneOf(NAMES)).action((shell) =>
        withApp(async () => {
          const commands = await describeCommands(entries);
          const text = SHELLS[shell]([program(commands), ...flatten(commands).map(completable)]);
          return { message: `completion for ${shell}`, data: text, result: { shell, text } };
        }),
      ),
  };
}

function program(commands: readonly Described[]): Completable {
  const flags = Object.values(GLOBAL_FLAGS).map(({ flags: word, means }) => ({
    word: word.split(" ")[0] ?? word,
    means,
  }));
  return {
    path: "",
    words: [...commands.map(({ path, summary }) => ({ word: path, means: summary })), ...flags],
    values: [],
  };
}

function completable({ path, options, subcommands }: Described): Completable {
  return {
    path,
    words: [
      ...subcommands.map(({ path: inner, summary }) => ({ word: inner.split(" ").at(-1) ?? inner, means: summary })),
      ...options.map(({ long, description }) => ({ word: long, means: description })),
    ],
    values: options.filter(({ values }) => values.length > 0).map(({ long, values }) => ({ flag: long, values })),
  };
}
