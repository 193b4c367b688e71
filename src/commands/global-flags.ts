/** The flags of every command, as help shows them. cli.ts declares them. */
export const GLOBAL_FLAGS = {
  home: {
    flags: "--home <dir>",
    means: "the folder with paperboy.yaml, outbox/ and pages/ (default: PAPERBOY_HOME, or the current folder)",
  },
  now: { flags: "--now <instant>", means: "use this time instead of the clock's, such as 2026-10-02T07:00:00Z" },
  json: { flags: "--json", means: "print the result as one JSON object on stdout" },
  quiet: { flags: "--quiet", means: "print only the result and errors" },
  verbose: { flags: "--verbose", means: "print every detail, and stack traces" },
} as const;
