import { REASONS } from "../core/errors.js";
import { describeCommands } from "./describe.js";
import type { Described } from "./describe.js";
import { GLOBAL_FLAGS } from "./global-flags.js";

/** `docs/reference.md`: every command with its flags and examples, as Markdown. */
export async function referencePage(): Promise<string> {
  const commands = await describeCommands();
  const reasons = Object.entries(REASONS).map(([name, { exit, means }]) => `| ${exit} | \`${name}\` | ${means} |`);
  return [
    "# Reference",
    "Made from the table of commands by `node scripts/build-reference.js`; do not edit it by hand.",
    "## Flags of every command",
    list(Object.values(GLOBAL_FLAGS)),
    ...commands.map((command) => section(command, 2)),
    "## Exit status",
    ["| exit | reason | means |", "| --- | --- | --- |", ...reasons].join("\n"),
  ]
    .join("\n\n")
    .concat("\n");
}

function section(command: Described, depth: number): string {
  const { path, description, summary, usage, options, examples, subcommands } = command;
  return [
    `${"#".repeat(depth)} paperboy ${path}`,
    sentence(description || summary),
    ...(subcommands.length > 0 ? [] : [`    paperboy ${path} ${usage}`]),
    ...(options.length > 0 ? [list(options.map(({ flags, description: means }) => ({ flags, means })))] : []),
    ...subcommands.map((inner) => section(inner, depth + 1)),
    ...(examples.length > 0 ? [`For example:\n\n${examples.map((example) => `    ${example}`).join("\n")}`] : []),
  ].join("\n\n");
}

function list(flags: readonly { readonly flags: string; readonly means: string }[]): string {
  return flags.map(({ flags: written, means }) => `- \`${written}\`: ${escaped(means)}`).join("\n");
}

function sentence(text: string): string {
  return escaped(`${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`);
}

/** What Markdown would take for its own signs. */
function escaped(text: string): string {
  return text.replaceAll(/[<>*_]/g, "\\$&");
}
