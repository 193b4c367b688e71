import { PaperboyError } from "../core/errors.js";
import { isUrl } from "../core/url.js";

/** When to retry a fetch. `soon`: within seconds. `later`: in another run. `never`: not without a change. */
type Retry = "soon" | "later" | "never";

interface FailureRow {
  readonly message: string;
  readonly hint: string;
  readonly retry: Retry;
}

const NETWORK_HINT = "Check the connection of this machine; behind a proxy, set HTTPS_PROXY (and NO_PROXY).";
const SLOW_HINT = "The site or the connection is slow. Run again later.";
const ADDRESS_HINT = "Open the address in a browser: if the site has moved, set PAPERBOY_SITE_URL to its new address.";

/** Every way in which a fetch over HTTP fails, with its message, its hint and when to retry. */
const FAILURES = {
  dns: {
    message: "the host name was not found",
    hint: `Check the spelling of the host. ${NETWORK_HINT}`,
    retry: "soon",
  },
  refused: { message: "the connection was refused", hint: `Check host and port. ${NETWORK_HINT}`, retry: "soon" },
  network: { message: "the connection failed", hint: NETWORK_HINT, retry: "soon" },
  "cut-off": { message: "the connection broke before the page was complete", hint: SLOW_HINT, retry: "soon" },
  "connect-timeout": { message: "the site did not accept the connection in time", hint: NETWORK_HINT, retry: "soon" },
  "headers-timeout": { message: "the site did not respond in time", hint: SLOW_HINT, retry: "soon" },
  "body-timeout": { message: "the site stopped sending in the middle of the page", hint: SLOW_HINT, retry: "soon" },
  deadline: { message: "the page took too long to load", hint: SLOW_HINT, retry: "soon" },
  "server-error": { message: "the site reported a server error", hint: "Run again later.", retry: "soon" },
  "rate-limited": { message: "the site asks for fewer requests", hint: "Run less often, or later.", retry: "soon" },
  "wait-too-long": {
    message: "the site asks for a longer wait than Paperboy allows",
    hint: "Run again after that time; nothing was mailed.",
    retry: "later",
  },
  tls: {
    message: "the TLS connection is not trusted or failed",
    hint: "Check the clock of this machine and the certificate of the site. For a private certificate authority set NODE_EXTRA_CA_CERTS.",
    retry: "never",
  },
  proxy: {
    message: "the proxy refused the request",
    hint: "Check HTTPS_PROXY and HTTP_PROXY (with user and password if the proxy needs them), or list the host in NO_PROXY.",
    retry: "soon",
  },
  "bad-answer": { message: "the response is not valid HTTP", hint: NETWORK_HINT, retry: "soon" },
  "unknown-encoding": {
    message: "the response has an unsupported content encoding",
    hint: ADDRESS_HINT,
    retry: "never",
  },
  "too-large": {
    message: "the page is too large",
    hint: "No list of papers is that large. Check the address.",
    retry: "never",
  },
  "not-text": {
    message: "the response is not text",
    hint: "Give the address of a web page (HTML) or of the API (JSON).",
    retry: "never",
  },
  "bot-check": {
    message: "the site sent a bot check instead of the page",
    hint: "Run again later and less often, set `contact` so that the site can reach you, or save the page with a browser and pass the file.",
    retry: "later",
  },
  login: {
    message: "the site requires a login",
    hint: "Paperboy reads public pages only. Check the address, or save the page with a browser and pass the file.",
    retry: "never",
  },
  forbidden: {
    message: "the site refused the request",
    hint: "Open the address in a browser. If it works there, the site blocks this machine: set `contact`, or write to the site.",
    retry: "never",
  },
  "not-found": {
    message: "the site has no such page",
    hint: "Check the date or the address. Future days and days before the site started have no page.",
    retry: "never",
  },
  gone: { message: "the page was removed from the site", hint: ADDRESS_HINT, retry: "never" },
  "odd-status": { message: "the response has an unexpected status", hint: ADDRESS_HINT, retry: "never" },
  "other-site": { message: "the site redirects to another site", hint: ADDRESS_HINT, retry: "never" },
  downgrade: { message: "the site redirects from https to http", hint: ADDRESS_HINT, retry: "never" },
  "bad-redirect": { message: "the site redirects to an invalid address", hint: ADDRESS_HINT, retry: "never" },
  "many-redirects": { message: "the site redirects too often", hint: ADDRESS_HINT, retry: "never" },
  stopped: { message: "the fetch was stopped", hint: "Run again.", retry: "later" },
} as const satisfies Record<string, FailureRow>;

export type FailureKind = keyof typeof FAILURES;

export interface FailureParts {
  readonly kind: FailureKind;
  readonly url: string;
  /** Details of this case, such as `HTTP 503`. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** The `Retry-After` of the response in ms; null if it has none. */
  readonly retryAfterMs?: number | null;
}

/** A failed fetch over HTTP: `fetch-failed`, with the hint of its kind. The message shows the address without credentials. */
export class FetchFailed extends PaperboyError {
  readonly parts: FailureParts;
  readonly retry: Retry;

  constructor(parts: FailureParts, attempts = 1) {
    const { message, hint, retry } = FAILURES[parts.kind];
    const details = [parts.detail, attempts > 1 ? `${attempts} attempts` : undefined].filter((detail) => detail);
    const tail = details.length > 0 ? ` (${details.join("; ")})` : "";
    super("fetch-failed", {
      message: `cannot fetch ${withoutCredentials(parts.url)}: ${message}${tail}`,
      hint,
      cause: parts.cause,
      retryable: retry !== "never",
    });
    this.parts = parts;
    this.retry = retry;
  }
}

/** The responses of a reachable site that are not a page. */
const REFUSALS: ReadonlySet<FailureKind> = new Set([
  ...(["bot-check", "login", "forbidden", "gone", "odd-status", "not-text", "server-error"] as const),
  ...(["other-site", "downgrade", "bad-redirect", "many-redirects"] as const),
]);

/**
 * Whether the site answered without the page, so that another address may still serve. In a replay, which has only the pages that
 * came, every failure is one.
 */
export function isRefusal(error: unknown, { orMissing }: { readonly orMissing: boolean }): boolean {
  if (!(error instanceof FetchFailed)) return true;
  return REFUSALS.has(error.parts.kind) || (orMissing && error.parts.kind === "not-found");
}

/** Returns the kind of failure for an HTTP status that is not a success. */
export function kindOfStatus(status: number): FailureKind {
  return STATUSES.get(status) ?? (status >= 500 && status <= 599 ? "server-error" : "odd-status");
}

const STATUSES: ReadonlyMap<number, FailureKind> = new Map([
  [401, "login"],
  [403, "forbidden"],
  [404, "not-found"],
  [407, "proxy"],
  [408, "headers-timeout"],
  [410, "gone"],
  [429, "rate-limited"],
]);

/** Error codes of Node, undici, OpenSSL and zlib; the first match is used. */
const CODES: readonly (readonly [RegExp, FailureKind])[] = [
  [/^(ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_NODATA)$/, "dns"],
  [/^ECONNREFUSED$/, "refused"],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, "connect-timeout"],
  [/^UND_ERR_HEADERS_TIMEOUT$/, "headers-timeout"],
  [/^UND_ERR_BODY_TIMEOUT$/, "body-timeout"],
  [/^(UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|ECONNRESET|EPIPE|Z_BUF_ERROR)$/, "cut-off"],
  [/^(UND_ERR_RES_EXCEEDED_MAX_SIZE|ERR_BUFFER_TOO_LARGE)$/, "too-large"],
  [/CERT|^ERR_TLS_|^ERR_SSL_|^EPROTO$|^UNABLE_TO_|SELF_SIGNED|^UND_ERR_PRX_TLS$/, "tls"],
  [/^(HPE_|Z_|ERR__ERROR_FORMAT|ERR_BROTLI|UND_ERR_HEADERS_OVERFLOW)/, "bad-answer"],
];

/** Returns the kind of failure for a thrown error, by the first known code in its chain of causes; otherwise `network`. */
export function kindOfError(error: unknown): FailureKind {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at.name === "TimeoutError") return "deadline";
    // The proxy errors of undici have no code. http.ts throws `Proxy connection failed`.
    if (/^Proxy (response|Authentication|connection)/.test(at.message)) return "proxy";
    const code = "code" in at ? String(at.code) : "";
    const known = CODES.find(([pattern]) => pattern.test(code));
    if (known) return known[1];
  }
  return "network";
}

/** Removes the user and password from a URL. An invalid URL is returned unchanged. */
export function withoutCredentials(url: string): string {
  const shown = isUrl(url) ? new URL(url) : null;
  if (shown === null || shown.username + shown.password === "") return url;
  shown.username = "";
  shown.password = "";
  return url.endsWith("/") ? shown.href : shown.href.replace(/\/$/, "");
}
