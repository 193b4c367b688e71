import { existsSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/config.js";
import { configReader, withPlaceOfSmtp } from "../config/config.js";
import type { Secrets } from "../config/keys.js";
import { createMasker, type Masker } from "../core/mask.js";
import { packageVersion } from "../core/project.js";
import type { Fetcher } from "../fetch/fetcher.js";
import type { Clock, Source } from "../core/model.js";
import type { ReadParts } from "../editions/read-edition.js";
import type { Renderer } from "../render/renderer.js";
import type { Transport } from "../send/transport.js";
import type { Mailer } from "../send/mailer.js";
import { withoutCredentials } from "../fetch/failures.js";
import { parseSource } from "../fetch/sources.js";
import type { Store } from "../store/store.js";
import type { Output, Terminal } from "./terminal.js";
import { createTerminal } from "./terminal.js";

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
  /** Learns the secrets of the configuration. By default a new one. */
  readonly mask?: Masker | undefined;
  /** Builds the app even if the configuration is invalid. Reading `config` then throws. */
  readonly allowInvalidConfig?: boolean | undefined;
}

/** Options for the renderer. */
export interface RendererFlags {
  readonly templates?: string | undefined;
  /** Renders placeholders for the links of each reader, if such links are configured. */
  readonly placeholders?: boolean | undefined;
  /** The URL of the letter in the archive; null if it is not published. */
  readonly archiveUrl?: string | null | undefined;
}

/** The parts of a command, each built on first use. Functions take only the parts that they use. */
export interface App {
  readonly environment: Environment;
  readonly home: string;
  readonly clock: Clock;
  readonly json: boolean;
  readonly terminal: Terminal;
  readonly mask: Masker;
  readonly config: Config;
  /**
   * The same app without writes: it fills no page cache and creates no key and no database. A missing database is an empty one in
   * memory. Both share one open database.
   */
  readonly readOnly: App;
  /** Parses a SOURCE. */
  source(text: string): Source;
  /** Returns the parts that read pages. With `quick`, for pages that are optional: one request each, with short time-outs. */
  parts(options?: { readonly quick: boolean }): Promise<ReadParts>;
  renderer(flags?: RendererFlags): Promise<Renderer>;
  /** Sends single messages that the ledger does not record: test letters and notes to the operator. */
  mailer(): Promise<Mailer>;
  /** Sends the deliveries of the ledger. */
  transport(): Promise<Transport>;
  /** Opens the store on first use. */
  store(): Promise<Store>;
  /** Takes the run lock until the app is closed. Returns false if another run holds it. */
  lock(): Promise<boolean>;
  /** Reads the keys, which can change while a process runs. Creates the first one if none is configured. */
  secrets(): Promise<Secrets>;
  /** Runs `use` with a new app that reads the configuration again, with changed variables and flags, and closes it afterwards. */
  withNewApp<T>(use: (app: App) => Promise<T>, changes?: Pick<GlobalFlags, "quiet"> & Variables): Promise<T>;
}

type Variables = Partial<Pick<Environment, "env">>;

type Closer = () => Promise<void>;

/** Builds an app, passes it to `use` and closes its open parts in reverse order, even if `use` throws. */
export async function withApp<T>(options: AppOptions, use: (app: App) => Promise<T>): Promise<T> {
  const { environment, flags, mask = createMasker(), allowInvalidConfig = false } = options;
  const { now, json = false, quiet = false, verbose = false } = flags;
  const { env } = environment;
  const home = path.resolve(environment.directory, flags.home ?? env["PAPERBOY_HOME"] ?? ".");
  const config = await configReader({ home, environment: env, learn: (secrets) => mask.learn(secrets) });
  if (!allowInvalidConfig) config();
  const closers: Closer[] = [];
  const basics: Basics = {
    environment,
    home,
    clock: now ? () => new Date(Number(now)) : environment.clock,
    json,
    mask,
    terminal: createTerminal({ stderr: environment.stderr, quiet, verbose, mask }),
    withNewApp: (work, { env: variables, ...changed } = {}) => {
      const changedEnvironment = variables ? { ...environment, env: { ...env, ...variables } } : environment;
      return withApp({ ...options, mask, environment: changedEnvironment, flags: { ...flags, ...changed } }, work);
    },
  };
  try {
    return await use(buildApp(basics, { config, closers, database: null }, false));
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

type Basics = Pick<App, "environment" | "home" | "clock" | "json" | "mask" | "terminal" | "withNewApp">;

/** What an app and its read-only form share. */
interface Shared {
  readonly config: () => Config;
  readonly closers: Closer[];
  database: Promise<Store> | null;
}

function buildApp(basics: Basics, shared: Shared, readOnly: boolean): App {
  const { environment, home, clock, terminal } = basics;
  const { config, closers } = shared;
  const settings = () => config().settings;
  const inDirectory = (file: string): string => path.resolve(environment.directory, file);
  const inHome = (...names: string[]): string => path.join(home, ...names);

  const openFetcher = async (quick: boolean): Promise<Fetcher> => {
    const { createFetcher, QUICK_OPTIONS, userAgent } = await import("../fetch/fetcher.js");
    const fetcher = createFetcher({
      cacheDir: readOnly ? null : inHome("pages"),
      userAgent: userAgent(packageVersion(), settings().contact ?? null),
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

  const secrets = async (): Promise<Secrets> => {
    const file = readOnly ? null : inHome("paperboy.key");
    return (await import("../config/keys.js")).readSecrets({ given: settings().secret ?? null, file });
  };

  const openDatabase = async (): Promise<Store> => {
    const { isUsedHome, openEmptyStore, openStore, storeHasTables } = await import("./open-store.js");
    const { store: target } = settings();
    const isUsed = isUsedHome(home);
    const { home: key } = await secrets();
    const isEmpty = readOnly && !(await storeHasTables(target, home));
    const store = isEmpty ? await openEmptyStore(key) : await openStore({ target, folder: home, key, isUsed });
    closers.push(() => store.close());
    return store;
  };
  const store = (): Promise<Store> => (shared.database ??= openDatabase());

  const transport = async (): Promise<Transport> =>
    (await import("../send/open.js"))
      .openTransport({ smtp: settings().smtp ?? null, outbox: inHome("outbox") })
      .catch(withPlaceOfSmtp(config()));

  return {
    ...basics,
    get config() {
      return config();
    },
    get readOnly() {
      return buildApp(basics, shared, true);
    },
    source: (text) =>
      parseSource(text, { site: settings().site, now: clock(), exists: (file) => existsSync(inDirectory(file)) }),
    parts: async ({ quick } = { quick: false }) => {
      const fetcher = await openFetcher(quick);
      const { enrich: program } = settings();
      return {
        fetch: (location) =>
          fetcher.fetch(location.type === "file" ? { ...location, path: inDirectory(location.path) } : location),
        site: withoutCredentials(settings().site),
        clock,
        useApi: settings().api ?? null,
        keepPage: async (page) => {
          if (readOnly) return null;
          const { keepBrokenPage } = await import("../fetch/cache.js");
          return keepBrokenPage(inHome("pages", "broken"), page, clock());
        },
        warn: (message) => terminal.warn(message),
        // A quick read compares votes.
        ...(program === undefined || quick
          ? {}
          : {
              enrich: async (edition) =>
                (await import("./enrich.js")).enrich(basics, edition, { settings: program, readOnly }),
            }),
      };
    },
    renderer: async ({ templates, placeholders = false, archiveUrl = null } = {}) => {
      const { createRenderer, brandingFrom, placeholderLinks, sampleLinks } = await import("../render/renderer.js");
      const { templates: configured, branding } = settings();
      const folder = templates ? inDirectory(templates) : configured && path.resolve(home, configured);
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
    store,
    lock: async () => {
      const lock = await (await store()).lock();
      if (lock) closers.push(() => lock.close());
      return lock !== null;
    },
    secrets,
  };
}
