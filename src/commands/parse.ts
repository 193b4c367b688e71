import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { read } from "../app/pipeline.js";
import type { CommandModule, Outcome } from "./command.js";

/** `paperboy parse SOURCE`: the papers of a page, as JSON. */
export const parse: CommandModule = {
  description:
    "Read a page and print its papers as one line of JSON. With --schema: the JSON Schema of that line, for programs.",
  examples: [
    "paperboy parse yesterday",
    "paperboy parse page.html | jq '.papers[].title'",
    "paperboy parse --schema > paperboy-parse.schema.json",
  ],
  define: (command, run) =>
    command
      .argument("[source]", "what to read; see `paperboy --help`")
      .option("--schema", "print the JSON Schema of the result instead")
      .action((source, { schema }) => run((app) => (schema ? printSchema() : printPapers(app, source)))),
};

async function printPapers(app: App, text: string | undefined): Promise<Outcome> {
  if (text === undefined) {
    throw new PaperboyError("usage", {
      message: "parse needs to know what to read",
      hint: "Name a SOURCE, such as yesterday, or ask for the --schema of the result.",
    });
  }
  const { url, kind, date, complete, reader, papers, skipped, drift } = await read(app.source(text), await app.parts());
  return {
    message: `${papers.length} papers`,
    data: `${JSON.stringify({ url, kind, date, complete, reader, papers, skipped, drift })}\n`,
  };
}

async function printSchema(): Promise<Outcome> {
  const { readingJsonSchema } = await import("./parse-schema.js");
  const schema = readingJsonSchema();
  return {
    message: "the schema of what parse prints",
    data: `${JSON.stringify(schema, null, 2)}\n`,
    result: { schema },
  };
}
