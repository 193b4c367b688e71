import { once } from "node:events";
import { cpSync } from "node:fs";
import path from "node:path";
import { Command } from "@commander-js/extra-typings";
import type { Browser, Page } from "playwright-core";
import type { Environment } from "../../../src/app/app.js";
import { withApp } from "../../../src/app/app.js";
import type { CommandModule, Outcome } from "../../../src/commands/command.js";
import { createPreview } from "../../../src/commands/preview.js";
import { freshHome, projectRoot } from "../../support/paperboy.js";

/** The environment of a command in its own home. */
export interface Line {
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  /** Called with each text that is printed. */
  readonly onSaid?: (text: string) => void;
}

/** Runs one command module. Paths are relative to the project's root, which contains the fixtures. */
export async function runCommand(module: CommandModule, args: readonly string[], line: Line): Promise<Outcome> {
  const { home, environment: env = {}, isTTY = false, onSaid = () => undefined } = line;
  const stream = { isTTY, write: onSaid };
  const environment: Environment = {
    stdin: noInput(),
    stdout: stream,
    stderr: stream,
    env,
    directory: projectRoot,
    signal: new AbortController().signal,
    clock: () => new Date("2026-10-05T07:00:00Z"),
  };
  let outcome: Outcome = { message: "nothing ran" };
  const command = new Command().exitOverride().configureOutput({ writeErr: onSaid });
  module.define(command, async (work) => {
    outcome = await withApp({ environment, flags: { home } }, work);
  });
  await command.parseAsync([...args], { from: "user" });
  return outcome;
}

async function* noInput(): AsyncIterable<Uint8Array> {
  // Standard input is empty.
}

/** A running studio. */
export interface Harness {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
  readonly home: string;
  /** The URLs that a browser was asked to open. */
  readonly opened: readonly string[];
  /** Stops the studio as Ctrl-C does, and returns the outcome of the command. */
  readonly stop: () => Promise<Outcome>;
}

/** Runs `paperboy preview` with these arguments until it has printed its URL. */
export async function openHarness(args: readonly string[], given: Partial<Line> = {}): Promise<Harness> {
  const home = given.home ?? freshHome();
  const opened: string[] = [];
  const stop = new AbortController();
  const untilStopped = async () => void (await once(stop.signal, "abort"));
  const preview = createPreview({ untilStopped, openBrowser: (url) => void opened.push(url) });
  let running: Promise<Outcome> | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    const onSaid = (text: string): void => {
      const [address] = /http:\/\/\S+/.exec(text) ?? [];
      if (address) resolve(address);
    };
    running = runCommand(preview, args, { ...given, home, onSaid });
    running.catch(reject);
  });
  return {
    url,
    home,
    opened,
    stop: async () => {
      stop.abort();
      return (await running) ?? { message: "it never ran" };
    },
  };
}

/** Copies the built-in templates to a new folder, so that a test can change them. */
export function ownTemplates(): string {
  const folder = path.join(freshHome(), "templates");
  cpSync(path.join(projectRoot, "templates"), folder, { recursive: true });
  return folder;
}

/**
 * Opens a page that can reach only local servers. The tests of a file share one page, because each new page starts new processes.
 */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.route(
    (target) => target.hostname !== "127.0.0.1",
    (route) => route.abort(),
  );
  // Shorter than the time limit of a test, so that a failure names the selector.
  context.setDefaultTimeout(10_000);
  // The first page waits until the renderer is loaded, which takes long on a busy machine.
  context.setDefaultNavigationTimeout(60_000);
  return context.newPage();
}
