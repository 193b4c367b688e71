import { spawn } from "node:child_process";
import path from "node:path";
import type { App } from "../app/app.js";
import { openOutput } from "../core/files.js";
import { untilAborted } from "../core/until-aborted.js";
import { studioProject } from "../app/studio.js";
import type { StudioParts } from "../web/studio/parts.js";
import { createStudioParts } from "../web/studio/project.js";
import { staticPage } from "../web/studio/page.js";
import { startStudio } from "../web/studio/server.js";
import type { CommandModule, Outcome } from "./command.js";
import { portNumber, TEMPLATES, viewOf, withViewOptions } from "./options.js";

/** Effects outside of the app. Tests replace them. */
interface PreviewEffects {
  /** Resolves when the studio is asked to stop. */
  readonly untilStopped: (signal: AbortSignal) => Promise<void>;
  /** Tries to open a URL in the default browser. */
  readonly openBrowser: (url: string) => void;
}

interface ServeOptions {
  readonly port: number;
  readonly open: boolean;
  readonly effects: PreviewEffects;
}

/** Creates `paperboy preview [SOURCE]`: the studio, a local web page that previews the letter. */
export function createPreview(effects: PreviewEffects): CommandModule {
  return {
    description:
      "Preview the letter in a local web page: desktop, phone, dark mode, plain text, size and checks. The page reloads when templates, messages or the configuration change.",
    examples: [
      "paperboy preview",
      "paperboy preview yesterday --templates my-templates",
      "paperboy preview --out letter.html",
    ],
    define: (command, run) =>
      withViewOptions(
        command.argument(
          "[source]",
          "the source to preview; see `paperboy --help` (default: a saved page, or yesterday)",
        ),
      )
        .option("--theme <name>", "the theme: comfortable, compact, or one in your template folder")
        .option(...TEMPLATES)
        .option("--port <n>", "listen on this port (default: any free port)", portNumber)
        .option("--no-open", "do not open a browser")
        .option("--out <file>", "write the preview to one HTML file, for example for a pull request")
        .action((source, flags) =>
          run(async (app) => {
            const { theme, templates, out, open, port = 0 } = flags;
            const project = await studioProject(app, { templates, viewOf: (current) => viewOf(current, flags) });
            const parts = await createStudioParts(project, { source, theme, templates });
            return out === undefined ? serve(app, parts, { port, open, effects }) : writeFile(app, parts, out);
          }),
        ),
  };
}

/** `paperboy preview`: opens the default browser and runs until Ctrl-C. */
export const preview = createPreview({
  untilStopped: untilAborted,
  openBrowser: (url) => {
    const { command, args } = OPENERS[process.platform] ?? { command: "xdg-open", args: [] };
    // Ignore errors, since the URL is printed as well.
    spawn(command, [...args, url], { stdio: "ignore", detached: true })
      .on("error", () => undefined)
      .unref();
  },
});

/** Commands that open a URL, by `process.platform`. */
const OPENERS: Readonly<Record<string, { readonly command: string; readonly args: readonly string[] }>> = {
  darwin: { command: "open", args: [] },
  win32: { command: "explorer", args: [] },
};

async function serve(
  { environment }: App,
  parts: StudioParts,
  { port, open, effects }: ServeOptions,
): Promise<Outcome> {
  const server = await startStudio(parts, { port });
  try {
    environment.stderr.write(`The studio is at ${server.url} (press Ctrl-C to stop)\n`);
    if (open && environment.stderr.isTTY) effects.openBrowser(server.url);
    await effects.untilStopped(environment.signal);
  } finally {
    await server.close();
  }
  return { message: "the studio has stopped", result: { url: server.url } };
}

async function writeFile({ environment }: App, parts: StudioParts, out: string): Promise<Outcome> {
  const html = await staticPage(parts);
  const file = await openOutput(path.resolve(environment.directory, out));
  await file.write(html);
  await file.close();
  return { message: `preview written to ${out}, ${Buffer.byteLength(html)} bytes`, result: { file: out } };
}
