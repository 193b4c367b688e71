import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import type { Reading } from "../core/model.js";
import { readSource } from "../editions/read-edition.js";
import type { CommandModule, Outcome } from "./command.js";
import type { ParseOutput } from "./parse-schema.js";

/** `paperboy parse SOURCE`: prints the papers of a page as JSON. */
export const parse: CommandModule = {
  description: "Read a page and print its papers as one line of JSON. --schema prints the JSON Schema of that line.",
  examples: [
    "paperboy parse yesterday",
    "paperboy parse page.html | jq '.papers[].title'",
    "paperboy parse --schema > paperboy-parse.schema.json",
  ],
  define: (command, run) =>
    command
      .argument("[source]", "the source to read; see `paperboy --help`")
      .option("--schema", "print the JSON Schema of the result instead")
      .action((source, { schema }) => run((app) => (schema ? printSchema() : printPapers(app, source)))),
};

async function printPapers(app: App, text: string | undefined): Promise<Outcome> {
  if (text === undefined) {
    throw new PaperboyError("usage", {
      message: "parse needs a SOURCE",
      hint: "Give a SOURCE, such as yesterday, or print the JSON Schema of the result with --schema.",
    });
  }
  const reading = await readSource(app.source(text), await app.parts());
  return { message: `${reading.papers.length} papers`, data: `${JSON.stringify(outputOf(reading))}\n` };
}

/** Returns a reading with the key names and the key order of the published JSON. */
function outputOf({ url, kind, date, complete, format, papers, skipped, issues }: Reading): ParseOutput {
  return { url, kind, date, complete, reader: format, papers, skipped, drift: issues };
}

async function printSchema(): Promise<Outcome> {
  const { readingJsonSchema } = await import("./parse-schema.js");
  const schema = readingJsonSchema();
  return {
    message: "the JSON Schema of the output of parse",
    data: `${JSON.stringify(schema, null, 2)}\n`,
    result: { schema },
  };
}
