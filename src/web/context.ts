import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Clock, LikedText, View } from "../core/model.js";
import type { TokenKeys } from "../core/tokens.js";
import type { LetterData } from "../render/letter-data.js";
import type { Branding } from "../render/renderer.js";
import type { Store } from "../store/store.js";
import type { FeedEntry, NavEntry, Pages } from "./pages.js";

/** The site's dependencies. */
export interface SiteParts {
  readonly store: Store;
  readonly clock: Clock;
  /** Returns the current keys for signed links. Keys can be rotated while the site runs. */
  readonly keys: () => Promise<TokenKeys>;
  /** Key for CSRF tokens and for hashing client addresses in rate limits. */
  readonly secret: Uint8Array;
  /** Public address of the site, without a trailing slash. Links are built from it, never from request headers. */
  readonly publicUrl: string;
  /** Folder with the operator's templates, or null to use the built-in ones. */
  readonly templatesDir: string | null;
  readonly branding: Branding;
  /** The default view, used by the archive and for new subscribers. */
  readonly view: View;
  /** Returns the liked texts of a view that the archive contains. Requests do not fetch the pages of the others. */
  readonly likedBy: (view: View) => Promise<readonly LikedText[]>;
  /** Waits in real time, in milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** Writes one line (without a line break) to the operator's log. */
  readonly log: (line: string) => void;
  readonly settings: SiteSettings;
}

/** The `serve` settings that affect requests. */
export interface SiteSettings {
  /** Addresses and networks (CIDR) of proxies whose X-Forwarded-For header is trusted. */
  readonly trustedProxies: readonly string[];
  /** Addresses and networks that may read `/metrics`. */
  readonly metricsFrom: readonly string[];
  /** Whether to send Strict-Transport-Security with a lifetime of one year (RFC 6797). */
  readonly hsts: boolean;
  /** Whether to log each request. */
  readonly accessLog: boolean;
}

/** The argument of route handlers: the site's dependencies, base path and templates. */
export interface SiteContext extends SiteParts {
  /** The editions that anyone may read. */
  readonly published: Published;
  /** Path prefix of the site: empty, or for example `/papers`. */
  readonly base: string;
  readonly pages: Pages;
}

/** Hono environment: Node's connection, and values that the middleware sets for a request. */
export interface SiteEnv {
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: {
    /** Client address. X-Forwarded-For is used only if a trusted proxy sent it. */
    client: string;
    /** Pattern of the matched route, such as `/u/:token`. Safe to log, because it contains no token. */
    route: string;
  };
}

export type RequestContext = Context<SiteEnv>;

/** A route. GET handlers also handle HEAD. They must not change anything, because link scanners open every link. */
export interface SiteRoute {
  readonly method: "GET" | "POST";
  /** Path pattern below the site's base, in Hono's syntax: `/u/:token`. */
  readonly path: string;
  readonly answer: (context: RequestContext, site: SiteContext) => Response | Promise<Response>;
  /**
   * Accepts a POST from any origin and ignores its body. Only for one-click unsubscribe, where the link is the authorisation and
   * mail services send many forms of the request.
   */
  readonly needsOnlyLink?: boolean;
  /** The largest body of a POST; absent: that of a form without files (`MAX_FORM_BYTES`). */
  readonly maxBytes?: number;
}

/** What a module publishes: the landing page shows the latest issue, and the sitemap lists the pages. */
export interface Published {
  readonly latestIssue: (site: SiteContext) => Promise<LatestIssue | null>;
  /** Paths below the site's base, with the time of their last change. */
  readonly pages: (site: SiteContext) => Promise<readonly { readonly path: string; readonly changedAt: Date | null }[]>;
}

type LetterTexts = Pick<LetterData, "overview" | "leads" | "papers" | "brief" | "left">;

/** The newest edition as a letter shows it. */
export interface LatestIssue extends LetterTexts {
  /** `Monday, 9 March 2026`. */
  readonly period: string;
  /** The page of the whole edition. */
  readonly url: string;
}

/** A part of the site: its routes, navigation entries and feeds. */
export interface SiteModule {
  readonly routes: readonly SiteRoute[];
  readonly nav?: readonly NavEntry[];
  readonly feeds?: readonly FeedEntry[];
  readonly published?: Published;
}
