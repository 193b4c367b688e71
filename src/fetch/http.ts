import { unescape } from "node:querystring";
import type { Dispatcher } from "undici";
import { PaperboyError } from "../core/errors.js";
import { inMegabytes, readUpTo } from "./bytes.js";
import { FetchFailed, kindOfError, withoutCredentials } from "./failures.js";
import { leadsToLogin } from "./refusal.js";
import { ACCEPTED_ENCODINGS, unpack } from "./unpack.js";
import { untilAborted } from "../core/until-aborted.js";
import { isUrl } from "../core/url.js";

/** Timeouts in ms. `body` limits the pause between two chunks, `total` one attempt with its redirects. */
export interface Timeouts {
  readonly connect: number;
  readonly headers: number;
  readonly body: number;
  readonly total: number;
}

export interface TransportOptions {
  readonly userAgent: string;
  readonly timeouts: Timeouts;
  /** The largest page in bytes, both encoded and decoded. */
  readonly maxBytes: number;
  /** The environment with `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the fetcher closes. */
  readonly signal: AbortSignal;
}

/** A response other than a redirect, with any status; the body is decoded. */
export interface Reply {
  /** The final address. */
  readonly url: string;
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
}

export interface Transport {
  /**
   * Sends a GET and follows redirects; `headersFor` returns additional headers for the address of each hop.
   * @throws FetchFailed when no complete response arrives.
   */
  get(url: string, headersFor: (url: string) => Readonly<Record<string, string>>): Promise<Reply>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Loads the HTTP client and reads the proxy settings. Throws `config-invalid` for an invalid proxy address. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { EnvHttpProxyAgent, Pool } = await import("./client.js");
  const clientFactory = (origin: URL, settings: object) => withProxyErrors(new Pool(origin, settings));
  const dispatcher = makeDispatcher(() => new EnvHttpProxyAgent({ ...agentOptions(options), clientFactory }));
  return {
    get: async (url, headersFor) => {
      const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeouts.total)]);
      const hop = async (at: URL): Promise<Reply> => {
        try {
          return await getOnce(at, {
            ...options,
            signal,
            dispatcher,
            headers: headersFor(withoutCredentials(at.href)),
          });
        } catch (error) {
          if (error instanceof PaperboyError) throw error;
          const kind = options.signal.aborted ? "stopped" : kindOfError(error);
          throw new FetchFailed({ kind, url: at.href, cause: error });
        }
      };
      return follow(new URL(url), hop);
    },
    close: () => dispatcher.destroy(),
  };
}

/** Returns the options of undici's agent. As in curl and Go, requests to localhost never use a proxy. */
function agentOptions({ env, timeouts }: TransportOptions) {
  // As in curl, lower case comes first, and an empty variable counts as unset.
  const variable = (name: string): string => env[name]?.trim() || env[name.toUpperCase()]?.trim() || "";
  const noProxy = variable("no_proxy");
  return {
    // An empty string means no proxy; for undefined, undici would read `process.env`.
    httpProxy: variable("http_proxy"),
    httpsProxy: variable("https_proxy"),
    noProxy: noProxy === "*" ? "*" : `${noProxy},localhost,127.0.0.1,[::1]`,
    // Sends plain HTTP requests to the proxy without a tunnel, because many proxies open tunnels to port 443 only.
    proxyTunnel: false,
    connect: { timeout: timeouts.connect },
    proxyTls: { timeout: timeouts.connect },
  };
}

/**
 * Replaces the errors of a proxy connection. Otherwise undici 7.30 reconnects immediately and forever when a proxy drops a
 * tunnel with `UND_ERR_SOCKET` (measured: 4,000 connections a second), and ignores the abort signal.
 */
function withProxyErrors(proxy: Dispatcher): Dispatcher {
  const connect = proxy.connect.bind(proxy);
  return Object.assign(proxy, {
    connect: async (options: Dispatcher.ConnectOptions) => {
      try {
        return await connect(options);
      } catch (cause) {
        throw new Error("Proxy connection failed", { cause });
      }
    },
  });
}

function makeDispatcher(make: () => Dispatcher): Dispatcher {
  try {
    return make();
  } catch (error) {
    throw new PaperboyError("config-invalid", {
      message: "the proxy in HTTP_PROXY or HTTPS_PROXY is not a valid address",
      hint: "Write it as http://host:port or http://user:password@host:port.",
      cause: error,
    });
  }
}

async function follow(start: URL, hop: (url: URL) => Promise<Reply>): Promise<Reply> {
  let at = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const reply = await hop(at);
    const location = reply.header("location");
    if (!REDIRECTS.has(reply.status) || location === null) return reply;
    at = nextHop(at, location);
  }
  throw new FetchFailed({ kind: "many-redirects", url: start.href, detail: `more than ${MAX_REDIRECTS}` });
}

/** Returns the target of a redirect. Throws for a login page, a downgrade to http, or another site. */
function nextHop(from: URL, location: string): URL {
  const url = from.href;
  if (!isUrl(location, url)) throw new FetchFailed({ kind: "bad-redirect", url });
  const to = new URL(location, url);
  const detail = `to ${withoutCredentials(to.href).slice(0, 200)}`;
  if (leadsToLogin(to)) throw new FetchFailed({ kind: "login", url, detail: `redirected ${detail}` });
  if (from.protocol === "https:" && to.protocol === "http:") throw new FetchFailed({ kind: "downgrade", url, detail });
  const upgrade = from.protocol === "http:" && to.protocol === "https:" && from.hostname === to.hostname;
  if (to.origin !== from.origin && !upgrade) throw new FetchFailed({ kind: "other-site", url, detail });
  // Keeps the credentials of the original address; a redirect cannot set others.
  to.username = from.username;
  to.password = from.password;
  return to;
}

interface OneGet extends TransportOptions {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

async function getOnce(url: URL, options: OneGet): Promise<Reply> {
  const response = options.dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: "GET",
    signal: options.signal,
    headersTimeout: options.timeouts.headers,
    bodyTimeout: options.timeouts.body,
    headers: {
      "user-agent": options.userAgent,
      accept: "text/html, application/json;q=0.9, */*;q=0.1",
      "accept-encoding": ACCEPTED_ENCODINGS,
      ...authorization(url),
      ...options.headers,
    },
  });
  // undici ignores the signal until it is connected.
  const { statusCode, headers, body } = await Promise.race([response, aborted(options.signal)]);
  const header = (name: string): string | null => [headers[name] ?? []].flat().at(0) ?? null;
  const packed = await readUpTo(body, options.maxBytes);
  if (packed === null) {
    throw new FetchFailed({ kind: "too-large", url: url.href, detail: `over ${inMegabytes(options.maxBytes)}` });
  }
  const unpacked = await unpack(packed, header("content-encoding"), options.maxBytes);
  if (unpacked === null) {
    throw new FetchFailed({ kind: "unknown-encoding", url: url.href, detail: header("content-encoding") ?? "" });
  }
  return { url: withoutCredentials(url.href), status: statusCode, header, body: unpacked };
}

async function aborted(signal: AbortSignal): Promise<never> {
  await untilAborted(signal);
  throw signal.reason;
}

/** Returns the credentials of a URL as Basic authentication (RFC 7617). */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  // Unlike decodeURIComponent, `unescape` keeps a "%" that is not followed by hex digits.
  const pair = `${unescape(username)}:${unescape(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
