import { spawn } from "node:child_process";
import path from "node:path";
import type { App } from "../app/app.js";
import type { StudioParts } from "../web/studio/parts.js";
import { startStudio } from "../web/studio/server.js";
import { THEMES } from "../web/studio/state.js";
import { staticStudio } from "../web/studio/static.js";
import type { CommandModule, Outcome } from "./command.js";
import { saveTo } from "./fetch.js";
import { oneOf, portNumber, withViewOptions } from "./options.js";
import { studioParts } from "../web/studio/project.js";
import type { StudioFlags } from "../web/studio/project.js";

/** What the studio needs of the process around it; tests hand in their own. */
interface PreviewEffects {
  /** Resolves when somebody asks the studio to stop. */
  readonly untilStopped: () => Promise<void>;
  /** Shows an address in the person's browser, as well as that goes. */
  readonly openBrowser: (url: string) => void;
}

interface PreviewFlags extends StudioFlags {
  readonly open: boolean;
  readonly port?: number | undefined;
  readonly out?: string | undefined;
}

/** Makes `paperboy preview [SOURCE]`: the studio, in which a maintainer sees the letter in every shape. */
export function createPreview(effects: PreviewEffects): CommandModule {
  return {
    description:
      "Show the letter in every shape, in a browser, on this machine alone. The page brings itself up to date when a template, the messages or the configuration change.",
    examples: [
      "paperboy preview",
      "paperboy preview yesterday --templates my-templates",
      "paperboy preview --out letter.html",
    ],
    define: (command, run) =>
      withViewOptions(
        command.argument("[source]", "what to show; see `paperboy --help` (default: a saved page, else yesterday)"),
      )
        .option("--theme <name>", `the theme: ${THEMES.join(", ")}`, oneOf(THEMES))
        .option("--templates <dir>", "a folder whose files stand in for the built-in templates of the same name")
        .option("--port <n>", "the port to listen on (default: any free one)", portNumber)
        .option("--no-open", "open no browser")
        .option("--out <file>", "write the same as one file instead, for a pull request")
        .action((source, flags) =>
          run(async (app) => {
            const parts = await studioParts(app, { source, flags });
            return flags.out === undefined ? serve(app, parts, { flags, effects }) : writeFile(app, parts, flags.out);
          }),
        ),
  };
}

/** `paperboy preview` for a process: until Ctrl-C, with the system's browser. */
export const preview = createPreview({
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
  openBrowser: (url) => {
    const { command, args } = OPENERS[process.platform] ?? { command: "xdg-open", args: [] };
    // No browser is no failure: the address is printed.
    spawn(command, [...args, url], { stdio: "ignore", detached: true })
      .on("error", () => undefined)
      .unref();
  },
});

/** What opens an address, by the name that Node has for the system. */
const OPENERS: Readonly<Record<string, { readonly command: string; readonly args: readonly string[] }>> = {
  darwin: { command: "open", args: [] },
  win32: { command: "explorer", args: [] },
};

interface Serving {
  readonly flags: PreviewFlags;
  readonly effects: PreviewEffects;
}

async function serve({ environment }: App, parts: StudioParts, { flags, effects }: Serving): Promise<Outcome> {
  const server = await startStudio(parts, { port: flags.port ?? 0 });
  try {
    environment.stderr.write(`The studio is at ${server.url} (Ctrl-C closes it)\n`);
    if (flags.open && environment.stderr.isTTY) effects.openBrowser(server.url);
    await effects.untilStopped();
  } finally {
    await server.close();
  }
  return { message: "the studio is closed", result: { url: server.url } };
}

async function writeFile({ environment }: App, parts: StudioParts, out: string): Promise<Outcome> {
  const html = await staticStudio(parts);
  await saveTo(path.resolve(environment.directory, out), html);
  return { message: `the studio's pages written to ${out}, ${Buffer.byteLength(html)} bytes`, result: { file: out } };
}
