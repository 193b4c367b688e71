/** The flags that every command has, as help shows them; cli.ts declares them and reads `--now`. */
export const GLOBAL_FLAGS = {
  home: {
    flags: "--home <dir>",
    means: "the folder with paperboy.yaml, outbox/ and pages/ (PAPERBOY_HOME; default: the current one)",
  },
  now: { flags: "--now <instant>", means: "act as if it were this time, such as 2026-10-02T07:00:00Z" },
  json: { flags: "--json", means: "print the result as one JSON object on stdout" },
  quiet: { flags: "--quiet", means: "say nothing but the result and what went wrong" },
  verbose: { flags: "--verbose", means: "say everything, with stack traces" },
} as const;
