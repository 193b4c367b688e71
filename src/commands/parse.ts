import { read } from "../pipeline.js";
import type { CommandModule } from "./command.js";

/** `paperboy parse SOURCE`: the papers of a page, as JSON. */
export const parse: CommandModule = {
  description: "Read a page and print its papers as one line of JSON.",
  examples: ["paperboy parse yesterday", "paperboy parse page.html | jq '.papers[].title'"],
  define: (command, run) =>
    command.argument("<source>", "what to read; see `paperboy --help`").action((source) =>
      run(async (app) => {
        const { url, kind, date, complete, reader, papers, skipped, drift } = await read(
          app.source(source),
          await app.parts(),
        );
        return {
          message: `${papers.length} papers`,
          data: `${JSON.stringify({ url, kind, date, complete, reader, papers, skipped, drift })}\n`,
        };
      }),
    ),
};
