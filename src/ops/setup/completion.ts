/** A command that a shell can complete, with the words after it and the values of its flags. */
export interface Completable {
  /** `render`, `subscribers add`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly means: string }[];
  readonly values: readonly { readonly flag: string; readonly values: readonly string[] }[];
}

/** The completion script for each shell. */
export const SHELLS = { bash, zsh, fish } as const satisfies Readonly<
  Record<string, (commands: readonly Completable[]) => string>
>;

export type ShellName = keyof typeof SHELLS;

function bash(commands: readonly Completable[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => `" ${path}"`);
  const values = commands.flatMap(({ path, values: flags }) =>
    flags.map(
      ({ flag, values: words }) => `    "${path === "" ? "" : ` ${path}`} ${flag}") words="${words.join(" ")}" ;;`,
    ),
  );
  const words = commands.map(
    ({ path, words: own }) =>
      `    "${path === "" ? "" : ` ${path}`}") words="${own.map(({ word }) => word).join(" ")}" ;;`,
  );
  return `# Completion for paperboy. Load it with: source <(paperboy completion bash)
_paperboy() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
    ${paths.join(" | ")}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $before" in
${values.join("\n")}
  *)
    case "$path" in
${words.join("\n")}
    esac
    ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
# Where no word fits, the shell completes files.
complete -o default -F _paperboy paperboy
`;
}

function zsh(commands: readonly Completable[]): string {
  return `#compdef paperboy\nautoload -U +X compinit bashcompinit && compinit -u && bashcompinit\n${bash(commands)}`;
}

function fish(commands: readonly Completable[]): string {
  const lines = commands.flatMap(({ path, words, values }) => {
    const seen = path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
    const when = path === "" ? "__fish_use_subcommand" : seen.join("; and ");
    return words.map(({ word, means }) => {
      const of = values.find(({ flag }) => flag === word);
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      const then = of === undefined ? "" : ` -x -a ${quoted(of.values.join(" "))}`;
      return `complete -c paperboy -n ${quoted(when)} ${what} -d ${quoted(means)}${then}`;
    });
  });
  return `# Completion for paperboy. Save it as ~/.config/fish/completions/paperboy.fish\n${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
