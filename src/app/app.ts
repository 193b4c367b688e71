import { existsSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.js";
import { configReader, withPlaceOfSmtp } from "../config/config.js";
import { createMasker, type Masker } from "../core/mask.js";
import type { Fetcher } from "../fetch/fetcher.js";
import type { Clock, Source } from "../core/model.js";
import type { ReadParts } from "../editions/read-page.js";
import type { Renderer } from "../render/renderer.js";
import type { Transport } from "../send/transport.js";
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

/** The streams, variables and signals of a process. Tests pass their own. */
export interface Environment {
  /** `isTTY`: a person can answer questions. */
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly clock: Clock;
  /** Aborts when the process is asked to stop (SIGTERM, SIGHUP, Ctrl-C). Work in progress finishes, and no new work starts. */
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

/** How to build an app. */
export interface AppOptions {
  readonly environment: Environment;
  readonly flags: GlobalFlags;
  readonly version: string;
  /** Learns the secrets of the configuration. By default a new one. */
  readonly mask?: Masker | undefined;
  /** Builds the app even if the configuration is invalid. Reading `config` then throws. */
  readonly allowInvalidConfig?: boolean | undefined;
}

/** Options for the parts of an app. */
export interface PartsOptions {
  /** Writes nothing, not even the page cache. */
  readonly readOnly?: boolean | undefined;
  /** Requests each page once, with short time-outs. For pages that are optional. */
  readonly quick?: boolean | undefined;
}

/** Options for the renderer. */
export interface RendererFlags {
  readonly templates?: string | undefined;
  /** Renders placeholders for the links of each reader, if such links are configured. */
  readonly placeholders?: boolean | undefined;
  /** The URL of the letter in the archive; null if it is not published. */
  readonly archiveUrl?: string | null | undefined;
}

/** The parts of a command, each built on first use. */
export interface App {
  readonly environment: Environment;
  readonly home: string;
  readonly clock: Clock;
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly mask: Masker;
  readonly config: Config;
  /** Parses a SOURCE. */
  source(text: string): Source;
  parts(options?: PartsOptions): Promise<ReadParts>;
  renderer(flags?: RendererFlags): Promise<Renderer>;
  /** Sends single messages that the ledger does not record: test letters and notes to the operator. */
  mailer(): Promise<Mailer>;
  /** Sends the deliveries of the ledger. */
  transport(): Promise<Transport>;
  /** Opens the store on first use. With `readOnly`, creates no file: a missing database becomes an empty one in memory. */
  store(options?: Pick<PartsOptions, "readOnly">): Promise<Store>;
  /** Returns the database of the job queue, which is the store's. Throws `config-invalid` if the store is a SQLite file. */
  queue(): Promise<QueueAddress>;
  /** Runs `use` with a new app that has the same options, and closes it afterwards. For repeated work in a long process. */
  withNewApp<T>(use: (app: App) => Promise<T>): Promise<T>;
  /** Copies one store to another. */
  copyStore(query: CopyQuery): Promise<CopyReport>;
  /** Takes the run lock until the app is closed. Returns false if another run holds it. */
  lock(store: Store): Promise<boolean>;
  /** Returns the key for Message-IDs and hashes. Without a configured one, generates it and, unless `readOnly`, saves it. */
  secret(options?: PartsOptions): Promise<Buffer>;
  /** Reads the keys of links, which can change while a process runs. */
  linkKeys(options?: PartsOptions): Promise<TokenKeys>;
}

type Closer = () => Promise<void>;

/** Builds an app, passes it to `use` and closes its open parts in reverse order, even if `use` throws. */
export async function withApp<T>(options: AppOptions, use: (app: App) => Promise<T>): Promise<T> {
  const { environment, flags } = options;
  const home = path.resolve(environment.directory, flags.home ?? environment.env["PAPERBOY_HOME"] ?? ".");
  const { mask = createMasker() } = options;
  const config = await configReader({ home, environment: environment.env, learn: (secrets) => mask.learn(secrets) });
  const closers: Closer[] = [];
  try {
    return await use(buildApp(options, { home, config, closers, mask }));
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

type AppContext = Pick<App, "home" | "mask"> & { readonly config: () => Config; readonly closers: Closer[] };

function buildApp(options: AppOptions, { home, config, closers, mask }: AppContext): App {
  const { environment, flags, version, allowInvalidConfig = false } = options;
  const clock: Clock = flags.now ? () => new Date(Number(flags.now)) : environment.clock;
  const settings = (): Settings => config().settings;
  if (!allowInvalidConfig) config();
  const { quiet = false, verbose = false } = flags;
  const terminal = createTerminal({ stderr: environment.stderr, quiet, verbose, mask });

  const openFetcher = async ({ readOnly, quick }: Required<PartsOptions>): Promise<Fetcher> => {
    const { createFetcher, QUICK_OPTIONS, userAgent } = await import("../fetch/fetcher.js");
    const fetcher = createFetcher({
      cacheDir: readOnly ? null : path.join(home, "pages"),
      userAgent: userAgent(version, settings().contact ?? null),
      ...(quick ? QUICK_OPTIONS : {}),
      clock,
      stdin: () => environment.stdin,
      env: environment.env,
      onCacheError: (error) => terminal.detail(`cannot use the page cache in pages/: ${String(error)}`),
      onWait: ({ attempt, of, waitMs, why }) =>
        terminal.step(`attempt ${attempt} of ${of} failed (${why}); next in ${Math.ceil(waitMs / 1000)} s`),
    });
    closers.push(() => fetcher.close());
    return fetcher;
  };

  const secrets = async ({ readOnly = false }: PartsOptions = {}) => {
    const file = readOnly ? null : path.join(home, "paperboy.key");
    return (await import("../config/keys.js")).readSecrets({ given: settings().secret ?? null, file });
  };
  const readSecretKey = async (options?: PartsOptions): Promise<Buffer> => (await secrets(options)).home;
  const transport = async (): Promise<Transport> =>
    (await import("../send/open.js"))
      .openTransport({ smtp: settings().smtp ?? null, outbox: path.join(home, "outbox") })
      .catch(withPlaceOfSmtp(config()));
  let opened: Promise<Store> | null = null;
  const openHome = async (readOnly: boolean): Promise<Store> => {
    const { isUsedHome, openEmptyStore, openStore, storeHasTables } = await import("./open-store.js");
    const { store: target } = settings();
    const isUsed = isUsedHome(home);
    const key = await readSecretKey({ readOnly });
    const isEmpty = readOnly && !(await storeHasTables(target, home));
    const store = isEmpty ? await openEmptyStore(key) : await openStore({ target, folder: home, key, isUsed });
    closers.push(() => store.close());
    return store;
  };

  return {
    environment,
    home,
    clock,
    json: flags.json ?? false,
    terminal,
    mask,
    get config() {
      return config();
    },
    source: (text) =>
      parseSource(text, {
        site: settings().site,
        now: clock(),
        exists: (file) => existsSync(path.resolve(environment.directory, file)),
      }),
    parts: async ({ readOnly = false, quick = false } = {}) => {
      const fetcher = await openFetcher({ readOnly, quick });
      const { enrich: program } = settings();
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
        keepPage: async (page) => {
          if (readOnly) return null;
          const { keepBrokenPage } = await import("../fetch/keep.js");
          return keepBrokenPage(path.join(home, "pages", "broken"), page, clock());
        },
        warn: (message) => terminal.warn(message),
        // A quick read compares votes.
        ...(program === undefined || quick
          ? {}
          : {
              enrich: async (edition) =>
                (await import("./enrich.js")).enrich({ home, environment, terminal }, edition, {
                  settings: program,
                  readOnly,
                }),
            }),
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
      const mailer = (await import("../send/mailer.js")).openMailer(await transport());
      closers.push(() => mailer.close());
      return mailer;
    },
    transport,
    store: ({ readOnly = false } = {}) => (opened ??= openHome(readOnly)),
    queue: async () => (await import("./open-store.js")).queueOf(settings().store),
    withNewApp: (use) => withApp(options, use),
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
