import path from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import type { CommandModule, Outcome } from "./command.js";
import { houseView } from "./options.js";

interface BuildFlags {
  readonly url?: string | undefined;
}

/** `paperboy archive build`: the archive without a server. */
export const archive: CommandModule = {
  description: "The editions that went out, to be read again, and their feeds, as files for any web host.",
  examples: ["paperboy archive build public", "paperboy archive build public --url https://example.org/papers"],
  define: (command, run) => {
    command
      .command("build")
      .summary("write or renew the files; nobody else's in the folder are touched")
      .argument("<dir>", "the folder; made when it is not there")
      .option("--url <address>", "where the folder will be reached: feeds need it (default: `publicUrl`)", httpUrl)
      .action((dir, flags) => run((app) => build(app, dir, flags)));
  },
};

async function build(app: App, dir: string, flags: BuildFlags): Promise<Outcome> {
  const [{ archiveFiles }, { writeFolder }, { brandingFrom }] = await Promise.all([
    import("../web/archive/static-files.js"),
    import("../web/archive/write-folder.js"),
    import("../render/branding.js"),
  ]);
  const { settings } = app.config;
  const store = await app.store();
  await store.archive.index();
  const url = flags.url ?? settings.publicUrl ?? null;
  const files = archiveFiles({
    archive: store.archive,
    templatesDir: settings.templates === undefined ? null : path.resolve(app.home, settings.templates),
    branding: brandingFrom(settings.branding),
    view: houseView(app),
    url,
  });
  const result = await writeFolder(path.resolve(app.environment.directory, dir), files);
  const message = `${result.files} files in ${dir}: ${result.written} written, ${result.unchanged} unchanged, ${result.removed} removed`;
  const hint = "Give --url, where the folder will be reached, to have feeds beside the pages.";
  return { message, ...(url === null ? { hint } : {}), result: { ...result, feeds: url !== null } };
}

function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError("Expected an http(s) address.");
  }
  return text.replace(/\/+$/, "");
}
