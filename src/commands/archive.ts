import path from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { CommandModule } from "./command.js";
import { isUrl } from "../core/url.js";

/** `paperboy archive build`: writes the archive as static files. */
export const archive: CommandModule = {
  description: "Write the archive of sent editions, its search and its feeds as static files for any web host.",
  examples: ["paperboy archive build public", "paperboy archive build public --url https://example.org/papers"],
  define: (command, run) => {
    command
      .command("build")
      .summary("create or update the files; does not touch other files in the folder")
      .argument("<dir>", "the folder; created if missing")
      .option("--url <address>", "public URL of the folder, needed for feeds (default: `publicUrl`)", httpUrl)
      .action((dir, flags) =>
        run(async (app) => {
          const { writeArchive } = await import("../app/site.js");
          const url = flags.url ?? app.config.settings.publicUrl ?? null;
          const result = await writeArchive(app, { folder: path.resolve(app.environment.directory, dir), url });
          const { files, written, unchanged, removed } = result;
          return {
            message: `${files} files in ${dir}: ${written} written, ${unchanged} unchanged, ${removed} removed`,
            ...(url === null ? { hint: "Set --url to the public URL of the folder to create feeds as well." } : {}),
            result: { ...result, feeds: url !== null },
          };
        }),
      );
  },
};

function httpUrl(text: string): string {
  if (!isUrl(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError("Expected an http or https URL.");
  }
  if (new URL(text).username + new URL(text).password !== "") {
    throw new InvalidArgumentError("Expected a URL without a user or password, since every feed contains it.");
  }
  return text.replace(/\/+$/, "");
}
