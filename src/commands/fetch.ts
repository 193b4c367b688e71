import { writeFile } from "node:fs/promises";
import path from "node:path";
import { ioFailed } from "../core/errors.js";
import type { CommandModule } from "./command.js";

/** `paperboy fetch SOURCE`: writes the unchanged page. */
export const fetch: CommandModule = {
  description: "Fetch a page and write it to standard output, or to a file.",
  examples: ["paperboy fetch yesterday -o page.html", "paperboy fetch 2026-W40 > week.html"],
  define: (command, run) =>
    command
      .argument("<source>", "the source to fetch; see `paperboy --help`")
      .option("-o, --output <file>", "write to this file instead of standard output")
      .action((source, { output }) =>
        run(async (app) => {
          const parts = await app.parts();
          const page = await parts.fetch(app.source(source).location);
          const message = `${page.body.length} characters from ${page.url ?? source} (${page.from})`;
          if (output === undefined) return { message, data: page.body, result: { data: page.body } };
          await saveTo(path.resolve(app.environment.directory, output), page.body);
          return { message: `${message}, written to ${output}`, result: { url: page.url, file: output } };
        }),
      ),
};

/** Writes a result to the file of `--output`. Throws `io-failed`. */
export async function saveTo(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw ioFailed("write", file, { cause });
  });
}
