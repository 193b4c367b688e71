import { existsSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.js";
import { configReader } from "../config/config.js";
import { PaperboyError } from "../core/errors.js";
import type { Fetcher } from "../fetch/fetcher.js";
import type { Clock, Page, Source } from "../core/model.js";
import type { ReadParts } from "../editions/read-page.js";
import type { Renderer } from "../render/renderer.js";
import type { Transport } from "../send/transport.js";
import type { TransportChoice } from "../send/open.js";
import type { Mailer } from "../send/mailer.js";
import type { Settings } from "../config/schema.js";
import { withoutCredentials } from "../fetch/failures.js";
import { parseSource } from "../fetch/sources.js";
import type { CopyReport } from "../store/sql/copy.js";
import type { CopyQuery } from "./open-store.js";
import type { QueueAddress } from "../store/jobs.js";
import type { Store } from "../store/store.js";
import type { Output, Terminal } from "./terminal.js";
import { createTerminal } from "./terminal.js";
import type { TokenKeys } from "../core/tokens.js";

/** The streams and settings that a process is given; tests hand in their own. */
export interface Environment {
  /** `isTTY` says whether a person can be asked. */
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly clock: Clock;
  /** Aborts when the process is asked to stop (SIGTERM, SIGHUP, Ctrl-C): what is under way is finished, nothing new is begun. */
  readonly signal: AbortSignal;
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
  readonly environment: Environment;
  readonly flags: GlobalFlags;
  readonly version: string;
  /** Builds an app from a configuration that is wrong, too: `config` then throws when it is read. */
  readonly evenMisconfigured?: boolean | undefined;
}

/** How a command wants its parts. */
export interface PartsOptions {
  /** Nothing is written, not even the page cache. */
  readonly readOnly?: boolean | undefined;
  /** Each page is asked for once and waited for a few seconds: for what is welcome, but not needed. */
  readonly hurried?: boolean | undefined;
}

/** How a command wants its letters. */
export interface RendererFlags {
  readonly templates?: string | undefined;
  /** Leaves a place for each reader's own links, where such links are configured. */
  readonly placeholders?: boolean | undefined;
  /** Where the letter stands in the archive; null: nowhere. */
  readonly archiveUrl?: string | null | undefined;
}

/** The parts of one run, built when they are first asked for. */
export interface App {
  readonly environment: Environment;
  readonly home: string;
  readonly clock: Clock;
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly config: Config;
  /** Tells by its form what a SOURCE is. */
  source(text: string): Source;
  parts(options?: PartsOptions): Promise<ReadParts>;
  renderer(flags?: RendererFlags): Promise<Renderer>;
  /** For single messages that no ledger knows: test letters, notes to the operator. */
  mailer(): Promise<Mailer>;
  /** For the deliveries of the ledger. */
  transport(): Promise<Transport>;
  /** The store, opened on first use. With `readOnly` a missing database is an empty one in memory, and no key file is made. */
  store(options?: Pick<PartsOptions, "readOnly">): Promise<Store>;
  /** Where jobs stand in line: the store's own database. Throws PaperboyError `config-invalid` where the store is a file. */
  queue(): Promise<QueueAddress>;
  /** An app of its own with the same settings, for work that comes again and again: closed when `use` ends. */
  again<T>(use: (app: App) => Promise<T>): Promise<T>;
  /** Copies everything from one store to another. */
  copyStore(query: CopyQuery): Promise<CopyReport>;
  /** Takes the run lock until the app is closed. Returns false when another run holds it. */
  lock(store: Store): Promise<boolean>;
  /** Key for Message-IDs and hashes: from the settings, or made on first use (`readOnly`: made and forgotten). */
  secret(options?: PartsOptions): Promise<Buffer>;
  /** Keys for links, as they are now: they can be changed while a process runs. */
  linkKeys(options?: PartsOptions): Promise<TokenKeys>;
}

type Closer = () => Promise<void>;

/** Builds the parts, lends them to `use`, and closes whatever was opened, last in first out, however it ends. */
export async function withApp<T>(options: AppOptions, use: (app: App) => Promise<T>): Promise<T> {
  const { environment, flags } = options;
  const home = path.resolve(environment.directory, flags.home ?? environment.env["PAPERBOY_HOME"] ?? ".");
  const config = await configReader({ home, environment: environment.env });
  const closers: Closer[] = [];
  try {
    return await use(buildApp(options, { home, config, closers }));
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

type Ground = Pick<App, "home"> & { readonly config: () => Config; readonly closers: Closer[] };

function buildApp(options: AppOptions, { home, config, closers }: Ground): App {
  const { environment, flags, version, evenMisconfigured = false } = options;
  const clock: Clock = flags.now ? () => new Date(Number(flags.now)) : environment.clock;
  const settings = (): Settings => config().settings;
  if (!evenMisconfigured) config();
  const terminal = createTerminal({
    stderr: environment.stderr,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
  });

  const openFetcher = async ({ readOnly, hurried }: Required<PartsOptions>): Promise<Fetcher> => {
    const { createFetcher, HURRIED, userAgent } = await import("../fetch/fetcher.js");
    const fetcher = createFetcher({
      cacheDir: readOnly ? null : path.join(home, "pages"),
      userAgent: userAgent(version, settings().contact ?? null),
      ...(hurried ? HURRIED : {}),
      clock,
      stdin: () => environment.stdin,
      env: environment.env,
      onCacheError: (error) => terminal.detail(`the page cache in pages/ did not work: ${String(error)}`),
      onWait: ({ attempt, of, waitMs, why }) =>
        terminal.step(`try ${attempt} of ${of} failed (${why}); again in ${Math.ceil(waitMs / 1000)} s`),
    });
    closers.push(() => fetcher.close());
    return fetcher;
  };

  const secrets = async ({ readOnly = false }: PartsOptions = {}) => {
    const file = readOnly ? null : path.join(home, "paperboy.key");
    return (await import("../config/keys.js")).readSecrets({ given: settings().secret ?? null, file });
  };
  const readSecretKey = async (options?: PartsOptions): Promise<Buffer> => (await secrets(options)).home;

  const choice = (): TransportChoice => ({ smtp: settings().smtp ?? null, outbox: path.join(home, "outbox") });
  let opened: Promise<Store> | null = null;
  const openHome = async (readOnly: boolean): Promise<Store> => {
    const { openEmptyStore, openStore, storeHasTables } = await import("./open-store.js");
    const { store: target } = settings();
    const key = await readSecretKey({ readOnly });
    const isEmpty = readOnly && !(await storeHasTables(target, home));
    const store = isEmpty ? await openEmptyStore(key) : await openStore({ target, folder: home, key });
    closers.push(() => store.close());
    return store;
  };

  return {
    environment,
    home,
    clock,
    json: flags.json ?? false,
    terminal,
    get config() {
      return config();
    },
    source: (text) =>
      parseSource(text, {
        site: settings().site,
        now: clock(),
        exists: (file) => existsSync(path.resolve(environment.directory, file)),
      }),
    parts: async ({ readOnly = false, hurried = false } = {}) => {
      const fetcher = await openFetcher({ readOnly, hurried });
      return {
        fetch: (location) =>
          fetcher.fetch(
            location.type === "file"
              ? { ...location, path: path.resolve(environment.directory, location.path) }
              : location,
          ),
        site: withoutCredentials(settings().site),
        clock,
        useApi: settings().api ?? null,
        keepPage: (page) => (readOnly ? Promise.resolve(null) : keepPage(home, page, clock())),
        warn: (message) => terminal.warn(message),
      };
    },
    renderer: async ({ templates, placeholders = false, archiveUrl = null } = {}) => {
      const { createRenderer, brandingFrom, placeholderLinks, sampleLinks } = await import("../render/renderer.js");
      const { templates: configured, branding } = settings();
      const folder = templates
        ? path.resolve(environment.directory, templates)
        : configured && path.resolve(home, configured);
      return createRenderer({
        templatesDir: folder ?? null,
        branding: {
          ...brandingFrom(branding),
          ...(placeholders ? placeholderLinks(settings()) : sampleLinks(settings())),
          archiveUrl,
        },
      });
    },
    mailer: async () => {
      const { openMailer } = await import("../send/open.js");
      const mailer = await openMailer(choice()).catch(placedIn(config()));
      closers.push(() => mailer.close());
      return mailer;
    },
    transport: async () => (await import("../send/open.js")).openTransport(choice()).catch(placedIn(config())),
    store: ({ readOnly = false } = {}) => (opened ??= openHome(readOnly)),
    queue: async () => (await import("./open-store.js")).queueOf(settings().store),
    again: (use) => withApp(options, use),
    copyStore: async (query) => (await import("./open-store.js")).copyStore(query),
    lock: async (store) => {
      const lock = await store.lock();
      if (lock) closers.push(() => lock.close());
      return lock !== null;
    },
    secret: readSecretKey,
    linkKeys: async (options) => (await secrets(options)).links,
  };
}

/** Lets a complaint about the mail settings say where they stand; sending itself knows no configuration. */
function placedIn({ placeOf }: Config): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PaperboyError) || error.code !== "config-invalid") throw error;
    const { message, hint } = error;
    const placed = `${placeOf("smtp")}: ${message}`;
    throw new PaperboyError("config-invalid", { message: placed, ...(hint === null ? {} : { hint }), cause: error });
  };
}

async function keepPage(home: string, page: Page, now: Date): Promise<string | null> {
  const { keepBrokenPage } = await import("../fetch/keep.js");
  return keepBrokenPage(path.join(home, "pages", "broken"), page, now);
}
