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

/** A command line that runs, as the process would run it, in a home of its own. */
export interface Line {
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  /** Called with each text that is said to the person. */
  readonly onSaid?: (text: string) => void;
}

/** Runs one command module. Paths are named from the project's root, where the fixtures are. */
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
    outcome = await withApp({ environment, flags: { home }, version: "0.0.0" }, work);
  });
  await command.parseAsync([...args], { from: "user" });
  return outcome;
}

async function* noInput(): AsyncIterable<Uint8Array> {
  // Nothing is connected to it.
}

/** A studio that runs. */
export interface Rig {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: string;
  readonly home: string;
  /** Addresses that a browser was asked to open. */
  readonly opened: readonly string[];
  /** Asks it to stop, as Ctrl-C does, and answers with how the command ended. */
  readonly stop: () => Promise<Outcome>;
}

/** Runs `paperboy preview` with these arguments until it has said its address. */
export async function openRig(args: readonly string[], given: Partial<Line> = {}): Promise<Rig> {
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

/** A copy of the built-in templates in a fresh folder, to be changed. */
export function ownTemplates(): string {
  const folder = path.join(freshHome(), "templates");
  cpSync(path.join(projectRoot, "templates"), folder, { recursive: true });
  return folder;
}

/**
 * A page that reaches studios and nothing else: whatever else a letter would load is refused. Tests of a file show theirs on
 * the same one: each new page takes processes of its own.
 */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.route(
    (target) => target.hostname !== "127.0.0.1",
    (route) => route.abort(),
  );
  // Sooner than the test itself gives up, so that a failure names what was waited for.
  context.setDefaultTimeout(10_000);
  return context.newPage();
}
