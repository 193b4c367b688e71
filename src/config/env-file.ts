import type { Problem } from "./problems.js";

/** The variables of a `.env` file, each with its line (the last one of a name counts), and the lines that are not understood. */
export interface EnvFile {
  readonly variables: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
  readonly problems: readonly Problem[];
}

const SPACE = String.raw`[^\S\n]*`;

/** An assignment with a quoted value (which can span lines) or a plain one; an empty line or a comment; any other line. */
const LINE = new RegExp(
  [
    String.raw`^${SPACE}(?:export\b)?${SPACE}(?<name>[A-Za-z_][\w.-]*)${SPACE}=(?:`,
    String.raw`${SPACE}(?<quoted>"(?:\\[^]|[^"\\])*"|'[^']*'|${"`[^`]*`"})(?:${SPACE}|\s${SPACE}#.*)$`,
    String.raw`|(?!${SPACE}["'${"`"}])(?<plain>.*)$)`,
    String.raw`|^${SPACE}(?:#.*)?$`,
    String.raw`|^(?<unknown>.*)$`,
  ].join(""),
  "gm",
);

/**
 * Reads a `.env` file as shells and Docker Compose do: `#` starts a comment at the start of a line or after a space, and in double
 * quotes `\"`, `\\` and `\n` are a quote, a backslash and a line break. Node's `parseEnv` drops what it does not understand without an error: `NAME: value`,
 * a name after a byte order mark, and the text after a closing quote or after the `#` in a password.
 */
export function readEnvFile(text: string): EnvFile {
  const variables = new Map<string, { value: string; line: number }>();
  const problems: Problem[] = [];
  const normal = text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  for (const { index, groups = {} } of normal.matchAll(LINE)) {
    const { name, quoted, plain = "", unknown } = groups;
    const line = normal.slice(0, index).split("\n").length;
    if (name !== undefined) variables.set(name, { value: quoted ? unquote(quoted) : withoutComment(plain), line });
    // The message does not quote the line, which may hold a secret.
    else if (unknown !== undefined) problems.push({ place: `.env:${line}`, says: EXPECTED });
  }
  const damage = /[\uFFFD\0]/.exec(normal);
  if (damage === null) return { variables, problems };
  const place = `.env:${normal.slice(0, damage.index).split("\n").length}`;
  return { variables, problems: [{ place, says: "expected UTF-8 text; save the file as UTF-8" }] };
}

const EXPECTED = "expected NAME=value, with only a comment after a closing quote";

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!quoted.startsWith('"')) return inner;
  return inner.replaceAll(/\\([\\"n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function withoutComment(plain: string): string {
  return (plain.split(/\s#/, 1)[0] ?? "").trim();
}
