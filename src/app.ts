import { existsSync } from "node:fs";
import path from "node:path";
import { loadConfig } from "./config.js";
import type { Config } from "./config.js";
import type { Fetcher } from "./fetch/fetcher.js";
import type { Clock, Page, Source } from "./model.js";
import type { Parts } from "./pipeline.js";
import type { Renderer } from "./render/renderer.js";
import type { Transport } from "./send/transport.js";
import { parseSource } from "./sources.js";
import type { Output, Terminal } from "./terminal.js";
import { createTerminal } from "./terminal.js";

/** The streams and settings that a process is given; tests hand in their own. */
export interface World {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly clock: Clock;
}

/** The flags that every command has. */
export interface GlobalFlags {
  readonly home?: string | undefined;
  readonly now?: Date | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** Flags that a command turns into settings or into how parts are built. */
export interface AppOptions {
  readonly world: World;
  readonly flags: GlobalFlags;
  readonly version: string;
}

/** How a command wants its parts. */
export interface PartsOptions {
  /** Nothing is written, not even the page cache. */
  readonly readOnly?: boolean | undefined;
}

/** The parts of one run, built when they are first asked for. */
export interface App {
  readonly world: World;
  readonly home: string;
  readonly clock: Clock;
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly config: Config;
  /** Tells by its form what a SOURCE is. */
  source(text: string): Source;
  parts(options?: PartsOptions): Promise<Parts>;
  renderer(flags?: { readonly templates?: string | undefined }): Promise<Renderer>;
  transport(): Promise<Transport>;
  /** Key for Message-IDs and links: from the settings, or made on first use (`readOnly`: made and forgotten). */
  secret(options?: PartsOptions): Promise<Buffer>;
}

type Closer = () => Promise<void>;

/** Builds the parts, lends them to `use`, and closes whatever was opened, last in first out, however it ends. */
export async function withApp<T>(options: AppOptions, use: (app: App) => Promise<T>): Promise<T> {
  const closers: Closer[] = [];
  try {
    return await use(buildApp(options, closers));
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

function buildApp({ world, flags, version }: AppOptions, closers: Closer[]): App {
  const home = path.resolve(world.directory, flags.home ?? world.environment["PAPERBOY_HOME"] ?? ".");
  const clock: Clock = flags.now ? () => new Date(Number(flags.now)) : world.clock;
  const config = loadConfig({ home, environment: world.environment });
  const terminal = createTerminal({
    stderr: world.stderr,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
  });
  const { settings } = config;

  const openFetcher = async (readOnly: boolean): Promise<Fetcher> => {
    const { createFetcher, userAgent } = await import("./fetch/fetcher.js");
    const fetcher = createFetcher({
      cacheDir: readOnly ? null : path.join(home, "pages"),
      userAgent: userAgent(version, settings.contact ?? null),
      clock,
      stdin: world.stdin,
      env: world.environment,
      onCacheError: (error) => terminal.detail(`the page cache in pages/ did not work: ${String(error)}`),
      onWait: ({ attempt, of, waitMs, why }) =>
        terminal.step(`try ${attempt} of ${of} failed (${why}); again in ${Math.ceil(waitMs / 1000)} s`),
    });
    closers.push(() => fetcher.close());
    return fetcher;
  };

  return {
    world,
    home,
    clock,
    json: flags.json ?? false,
    terminal,
    config,
    source: (text) =>
      parseSource(text, {
        site: settings.site,
        now: clock(),
        exists: (file) => existsSync(path.resolve(world.directory, file)),
      }),
    parts: async ({ readOnly = false } = {}) => {
      const fetcher = await openFetcher(readOnly);
      return {
        fetch: (location) =>
          fetcher.fetch(
            location.type === "file" ? { ...location, path: path.resolve(world.directory, location.path) } : location,
          ),
        site: settings.site,
        clock,
        useApi: settings.api,
        keepPage: (page) => (readOnly ? Promise.resolve(null) : keepPage(home, page, clock())),
        warn: (message) => terminal.warn(message),
      };
    },
    renderer: async ({ templates } = {}) => {
      const { createRenderer, DEFAULT_LOOK } = await import("./render/renderer.js");
      const folder = templates
        ? path.resolve(world.directory, templates)
        : settings.templates && path.resolve(home, settings.templates);
      const look = Object.fromEntries(Object.entries(settings.look).filter(([, value]) => value !== undefined));
      return createRenderer({ templatesDir: folder ?? null, look: { ...DEFAULT_LOOK, ...look } });
    },
    transport: async () => {
      const { openTransport } = await import("./send/open.js");
      const transport = await openTransport({ smtp: settings.smtp ?? null, outbox: path.join(home, "outbox") });
      closers.push(() => transport.close());
      return transport;
    },
    secret: async ({ readOnly = false } = {}) => {
      const { readSecret } = await import("./secret.js");
      return readSecret({ given: settings.secret ?? null, file: readOnly ? null : path.join(home, "paperboy.key") });
    },
  };
}

async function keepPage(home: string, page: Page, now: Date): Promise<string | null> {
  const { keepBrokenPage } = await import("./fetch/keep.js");
  return keepBrokenPage(path.join(home, "pages", "broken"), page, now);
}
