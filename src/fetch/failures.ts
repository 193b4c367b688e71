import { PaperboyError } from "../core/errors.js";

/**
 * When the same fetch may work. `soon`: worth another try within seconds. `later`: not by this run, but perhaps by the
 * next one. `never`: something has to be changed first.
 */
type Again = "soon" | "later" | "never";

interface FailureRow {
  readonly says: string;
  readonly hint: string;
  readonly again: Again;
}

const NETWORK_HINT = "Check the connection of this machine; behind a proxy, set HTTPS_PROXY (and NO_PROXY).";
const SLOW_HINT = "The site or the connection is slow. Run again later.";
const ADDRESS_HINT = "Open the address in a browser: if the site has moved, set PAPERBOY_SITE_URL to where it is now.";

/** Every way in which a fetch over HTTP fails: what is said, what to do about it, and when it may work. */
const FAILURES = {
  dns: { says: "the host name was not found", hint: `Check the spelling of the host. ${NETWORK_HINT}`, again: "soon" },
  refused: { says: "nothing answers at that address", hint: `Check host and port. ${NETWORK_HINT}`, again: "soon" },
  network: { says: "the connection failed", hint: NETWORK_HINT, again: "soon" },
  "cut-off": { says: "the connection broke before the page was complete", hint: SLOW_HINT, again: "soon" },
  "connect-timeout": { says: "the site did not accept the connection in time", hint: NETWORK_HINT, again: "soon" },
  "headers-timeout": { says: "the site did not begin to answer in time", hint: SLOW_HINT, again: "soon" },
  "body-timeout": { says: "the site stopped in the middle of the page", hint: SLOW_HINT, again: "soon" },
  deadline: { says: "the page took too long as a whole", hint: SLOW_HINT, again: "soon" },
  "server-error": { says: "the site has a problem of its own", hint: "Run again later.", again: "soon" },
  "rate-limited": { says: "the site asks for fewer requests", hint: "Run less often, or later.", again: "soon" },
  "wait-too-long": {
    says: "the site asks to wait longer than Paperboy does",
    hint: "Run again after that time; nothing was mailed.",
    again: "later",
  },
  tls: {
    says: "no trusted, encrypted connection could be made",
    hint: "Check the clock of this machine and the certificate of the site. For a company's own authority set NODE_EXTRA_CA_CERTS.",
    again: "never",
  },
  proxy: {
    says: "the proxy did not let the request through",
    hint: "Check HTTPS_PROXY and HTTP_PROXY (with user and password where the proxy wants them), or list the host in NO_PROXY.",
    again: "soon",
  },
  "bad-answer": { says: "the answer cannot be read as HTTP", hint: NETWORK_HINT, again: "soon" },
  "unknown-encoding": {
    says: "the answer is packed in a way Paperboy does not know",
    hint: ADDRESS_HINT,
    again: "never",
  },
  "too-large": {
    says: "the page is too large",
    hint: "No list of papers is that large. Check the address.",
    again: "never",
  },
  "not-text": {
    says: "the answer is not a page of text",
    hint: "Give the address of a web page (HTML) or of the API (JSON).",
    again: "never",
  },
  "bot-check": {
    says: "the site wants to see a person and sent a check for robots",
    hint: "Run again later and less often, set a contact so that the site knows who asks, or save the page with a browser and give its file.",
    again: "later",
  },
  login: {
    says: "the site wants a login",
    hint: "Paperboy reads public pages only. Check the address, or save the page with a browser and give its file.",
    again: "never",
  },
  forbidden: {
    says: "the site refuses the request",
    hint: "Open the address in a browser. If it works there, the site refuses this machine: set a contact, or ask the site.",
    again: "never",
  },
  "not-found": {
    says: "the site has no such page",
    hint: "Check the date or the address. A day in the future has no page, nor has one before the site began.",
    again: "never",
  },
  gone: { says: "the page was removed from the site", hint: ADDRESS_HINT, again: "never" },
  "odd-status": { says: "the answer is not one Paperboy knows", hint: ADDRESS_HINT, again: "never" },
  "other-site": { says: "the address leads to another site", hint: ADDRESS_HINT, again: "never" },
  downgrade: { says: "the address leads from https to http", hint: ADDRESS_HINT, again: "never" },
  "bad-redirect": { says: "the site redirects to what is no address", hint: ADDRESS_HINT, again: "never" },
  "many-redirects": { says: "the site redirects in a circle", hint: ADDRESS_HINT, again: "never" },
  stopped: { says: "the fetch was stopped", hint: "Run again.", again: "later" },
} as const satisfies Record<string, FailureRow>;

export type FailureKind = keyof typeof FAILURES;

export interface FailureParts {
  readonly kind: FailureKind;
  readonly url: string;
  /** What this case adds to the kind, such as `HTTP 503`. */
  readonly detail?: string;
  readonly cause?: unknown;
  /** How long the site asked to wait, in ms; null when it did not. */
  readonly retryAfterMs?: number | null;
}

/** A fetch over HTTP that failed; `fetch-failed`, with a hint that fits the kind. The address is shown without credentials. */
export class FetchFailed extends PaperboyError {
  readonly parts: FailureParts;
  readonly again: Again;

  constructor(parts: FailureParts, attempts = 1) {
    const { says, hint, again } = FAILURES[parts.kind];
    const details = [parts.detail, attempts > 1 ? `${attempts} attempts` : undefined].filter((detail) => detail);
    const tail = details.length > 0 ? ` (${details.join("; ")})` : "";
    super("fetch-failed", {
      message: `Could not fetch ${withoutCredentials(parts.url)}: ${says}${tail}.`,
      hint,
      cause: parts.cause,
      retryable: again !== "never",
    });
    this.parts = parts;
    this.again = again;
  }
}

/** What an HTTP status means where it is not success; `server-error` for every 5xx. */
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

/** Error codes of Node, undici, OpenSSL and zlib; the first pattern that matches says the kind. */
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

/** What an error thrown underneath means. The first known code along its chain of causes decides; else `network`. */
export function kindOfError(error: unknown): FailureKind {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at.name === "TimeoutError") return "deadline";
    // undici gives a proxy's refusal no code of its own; `connection` is our own word (http.ts).
    if (/^Proxy (response|Authentication|connection)/.test(at.message)) return "proxy";
    const code = "code" in at ? String(at.code) : "";
    const known = CODES.find(([pattern]) => pattern.test(code));
    if (known) return known[1];
  }
  return "network";
}

/** An address as it may be shown and stored: no user, no password. What is no address comes back as it is. */
export function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return url;
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}
