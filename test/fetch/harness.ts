import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach } from "vitest";
import { createFetcher, type Fetcher, type FetcherOptions, userAgent } from "../../src/fetch/fetcher.js";
import { type Reply, type Route, type Site, startSite } from "../support/site.js";

export const NOW = new Date("2026-03-10T08:00:00Z");
export const HTML = "<!doctype html><title>Daily Papers</title><p>Bread rises, they find. Café.</p>";

/** The site, fetchers and folders of a test. They are closed and removed after it. */
export interface Harness {
  readonly site: (routes: Readonly<Record<string, Route>>) => Promise<Site>;
  /** Creates a fetcher, by default without cache, jitter, proxy or real waits. */
  readonly fetcher: (options?: Partial<FetcherOptions>) => Fetcher;
  readonly folder: () => Promise<string>;
  /** The waits before retries, in ms. */
  readonly waits: number[];
}

export function useHarness(): Harness {
  const closers: (() => Promise<unknown>)[] = [];
  const waits: number[] = [];
  afterEach(async () => {
    waits.splice(0);
    for (const close of closers.splice(0).toReversed()) await close();
  });
  return {
    waits,
    site: async (routes) => {
      const started = await startSite(routes);
      closers.push(() => started.close());
      return started;
    },
    fetcher: (options = {}) => {
      const made = createFetcher({
        cacheDir: null,
        userAgent: userAgent("0.1.0", "ops@bakery.example"),
        clock: () => NOW,
        random: () => 0,
        sleep: async (ms) => void waits.push(ms),
        env: {},
        ...options,
      });
      closers.push(() => made.close());
      return made;
    },
    folder: async () => {
      const made = await mkdtemp(path.join(tmpdir(), "paperboy-fetch-"));
      closers.push(() => rm(made, { recursive: true }));
      return made;
    },
  };
}

export function at(url: string) {
  return { type: "url", url } as const;
}

export function redirect(location: string): Reply {
  return { status: 302, headers: { location } };
}
