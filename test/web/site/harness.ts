import path from "node:path";
import Database from "better-sqlite3";
import type { Hono } from "hono";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { DEFAULT_BRANDING } from "../../../src/render/renderer.js";
import { openStore } from "../../../src/app/open-store.js";
import type { TransactionalMail, Store, Subscriber, SubscriberState } from "../../../src/store/store.js";
import { signToken } from "../../../src/core/tokens.js";
import type { TokenKeys, TokenPurpose } from "../../../src/core/tokens.js";
import type { SiteEnv, SiteParts } from "../../../src/web/context.js";
import { archiveModule } from "../../../src/web/archive/routes.js";
import { createSite } from "../../../src/web/site/app.js";
import { keepStatements } from "../../../src/store/sqlite/driver.js";
import { temporaryFolder } from "../../store/temporary.js";

export const PUBLIC_URL = "https://papers.example.org/daily";
export const BASE = "/daily";
export const ORIGIN = "https://papers.example.org";
const START = new Date("2026-10-05T07:00:00Z");
const HOME_KEY = Buffer.alloc(32, 7);

export type Fields = Readonly<Record<string, string>>;

interface Ask {
  /** The remote address of the connection. */
  readonly from?: string;
  readonly headers?: Fields;
}

/** A site with its own real database and a clock that only the test moves. */
export interface Harness {
  readonly store: Store;
  readonly site: Hono<SiteEnv>;
  readonly log: readonly string[];
  /** The delays of responses, in ms. */
  readonly waits: readonly number[];
  readonly keys: { current: TokenKeys };
  now(): Date;
  pass(ms: number): void;
  request(method: string, path: string, ask?: Ask & { readonly body?: string }): Promise<Response>;
  get(path: string, ask?: Ask): Promise<Response>;
  /** Sends a form as a browser does. */
  post(path: string, fields: Fields, ask?: Ask): Promise<Response>;
  /** Opens the page, moves the clock by five seconds, and sends its form with these fields. */
  fill(path: string, action: string, fields: Fields, ask?: Ask): Promise<Response>;
  /** Claims the queued mails. */
  mails(): Promise<readonly TransactionalMail[]>;
  reader(
    address: string,
    given?: { readonly state?: SubscriberState; readonly language?: string },
  ): Promise<Subscriber>;
  /** Returns the path of a signed link, with the base. */
  link(purpose: TokenPurpose, id: number, issuedAt?: Date): string;
  /** Returns the contents of the database. */
  dump(): string;
  close(): Promise<void>;
}

export async function openHarness(given: Partial<SiteParts> = {}): Promise<Harness> {
  const file = path.join(temporaryFolder(), "paperboy.db");
  const store = given.store ?? (await openStore({ target: file, key: HOME_KEY }));
  let now = START;
  const log: string[] = [];
  const waits: number[] = [];
  const keys = { current: { current: HOME_KEY } as TokenKeys };
  const site = createSite(
    {
      store,
      clock: () => now,
      keys: () => Promise.resolve(keys.current),
      secret: HOME_KEY,
      publicUrl: PUBLIC_URL,
      templatesDir: null,
      branding: { ...DEFAULT_BRANDING, name: "Evening Post" },
      view: DEFAULT_VIEW,
      likedBy: ({ interests = [] }) => Promise.resolve(interests.map((title) => ({ title, abstract: null }))),
      wait: (ms) => Promise.resolve(void waits.push(ms)),
      log: (line) => void log.push(line),
      settings: { trustedProxies: ["127.0.0.1"], metricsFrom: ["127.0.0.1"], hsts: false, accessLog: true },
      ...given,
    },
    [archiveModule()],
  );

  const request: Harness["request"] = async (method, target, { from = "203.0.113.7", headers = {}, body } = {}) => {
    const bindings = { incoming: { socket: { remoteAddress: from } } };
    return site.request(target, { method, headers, ...(body === undefined ? {} : { body }) }, bindings);
  };
  const get: Harness["get"] = (target, ask) => request("GET", target, ask);
  const post: Harness["post"] = (target, fields, { headers = {}, ...ask } = {}) =>
    request("POST", target, {
      ...ask,
      headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN, ...headers },
      body: new URLSearchParams(fields).toString(),
    });

  return {
    store,
    site,
    log,
    waits,
    keys,
    now: () => now,
    pass: (ms) => {
      now = new Date(now.getTime() + ms);
    },
    request,
    get,
    post,
    fill: async (target, action, fields, ask) => {
      const csrf = csrfTokenIn(await (await get(target, ask)).text());
      now = new Date(now.getTime() + 5_000);
      return post(action, { csrf, ...fields }, ask);
    },
    mails: () => store.transactional.claim({ limit: 5_000, now, leaseMs: 3_600_000 }),
    reader: async (address, { state = "active", language = "en" } = {}) => {
      const view = { ...DEFAULT_VIEW, language };
      await store.subscribers.add([{ address, state, frequency: "daily", view, origin: "site" }], { now });
      const found = await store.subscribers.find(address);
      if (!found) throw new Error(`${address} was not added`);
      return found;
    },
    link: (purpose, id, issuedAt = now) =>
      `${BASE}/${purpose.slice(0, 1)}/${signToken({ purpose, subscriberId: id, issuedAt }, keys.current)}`,
    dump: () => dumpOf(file),
    close: () => store.close(),
  };
}

/** A site with one reader and the path of the reader's link. */
export interface ReaderHarness extends Harness {
  readonly id: number;
  readonly path: string;
  /** Returns the stored reader. */
  stored(): Promise<Subscriber | null>;
}

export async function openReaderHarness(purpose: "preferences" | "unsubscribe"): Promise<ReaderHarness> {
  const harness = await openHarness();
  const { id, address } = await harness.reader("you@example.com");
  return { ...harness, id, path: harness.link(purpose, id), stored: () => harness.store.subscribers.find(address) };
}

/** Returns the CSRF token of a page's form. */
export function csrfTokenIn(page: string): string {
  return /name="csrf" value="([^"]*)"/.exec(page)?.[1] ?? "";
}

/** Returns the path of the link in a mail. */
export function pathIn({ text }: Pick<TransactionalMail, "text">): string {
  const [url = ""] = /https:\/\/\S+/.exec(text) ?? [];
  return new URL(url).pathname;
}

function dumpOf(file: string): string {
  const database = keepStatements(new Database(file, { readonly: true }));
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();
    return JSON.stringify(tables.map((table) => [table, database.prepare(`SELECT * FROM "${String(table)}"`).all()]));
  } finally {
    database.close();
  }
}
