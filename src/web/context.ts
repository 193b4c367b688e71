import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Clock, View } from "../core/model.js";
import type { Branding } from "../render/renderer.js";
import type { Store } from "../store/store.js";
import type { TokenKeys } from "../core/tokens.js";
import type { Pages } from "./pages.js";

/** What the site needs of the world; the command hands it in. */
export interface SiteParts {
  readonly store: Store;
  readonly clock: Clock;
  /** The keys of links as they are now: they can change while the site runs. */
  readonly keys: () => Promise<TokenKeys>;
  /** Seals forms, and hides addresses in the names of limits. */
  readonly secret: Uint8Array;
  /** Where the site is reached, without a slash at its end. Links are made from it, never from what a request says. */
  readonly publicUrl: string;
  /** The operator's own templates; null for the built-in ones. */
  readonly templatesDir: string | null;
  readonly branding: Branding;
  /** What a reader gets who asks for nothing. */
  readonly view: View;
  /** Waits in real time, in ms. */
  readonly wait: (ms: number) => Promise<void>;
  /** Takes a line for the operator, without its end: an access, or a failure. */
  readonly log: (line: string) => void;
  readonly settings: SiteSettings;
}

/** How the site meets the network. */
export interface SiteSettings {
  /** Addresses and networks (CIDR) whose word about the visitor's address is taken (X-Forwarded-For). */
  readonly trustedProxies: readonly string[];
  /** Addresses and networks that may read /metrics. */
  readonly metricsFrom: readonly string[];
  /** Whether browsers are told to come over HTTPS alone, for a year (RFC 6797). */
  readonly hsts: boolean;
  /** Whether each access is told in a line. */
  readonly accessLog: boolean;
}

/** What routes work with. */
export interface Desk extends SiteParts {
  /** The path below which the site stands: empty, or such as `/papers`. */
  readonly base: string;
  readonly pages: Pages;
}

/** What the way to a route has found out about a request. */
export interface SiteEnv {
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: {
    /** The visitor's address, by the word of trusted proxies alone. */
    client: string;
    /** The route's pattern, such as `/u/:token`: what may be told of a path. */
    route: string;
  };
}

export type SiteContext = Context<SiteEnv>;

/** One row of a table of routes. A GET answers HEAD too, and must change nothing: link scanners open everything. */
export interface SiteRoute {
  readonly method: "GET" | "POST";
  /** Below the site's base, as hono writes it: `/u/:token`. */
  readonly path: string;
  readonly answer: (context: SiteContext, desk: Desk) => Response | Promise<Response>;
  /** Whether a POST may come from a page elsewhere, because its link alone says all that is needed. */
  readonly fromAnywhere?: boolean;
}

/** A part of the site that plugs in: its routes, and where its pages are found in every page's navigation. */
export interface SiteSection {
  readonly routes: readonly SiteRoute[];
  readonly nav?: readonly NavEntry[];
  readonly feeds?: readonly FeedEntry[];
}

/** A feed that every page names, so that feed readers find it. */
export interface FeedEntry extends NavEntry {
  /** Its media type. */
  readonly type: string;
}

export interface NavEntry {
  /** Below the site's base, such as `/archive`. */
  readonly path: string;
  /** The key of its label among the site's messages, such as `nav.archive`. */
  readonly message: string;
}
