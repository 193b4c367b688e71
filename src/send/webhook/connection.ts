import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect as connectPlain } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** How long a connection may take to stand, and an answer to come, in ms. */
export interface LineLimits {
  readonly connectMs: number;
  readonly answerMs: number;
}

/** What came back. Redirects are answers like any other: nobody follows them. */
export interface Answer {
  readonly status: number;
  /** `Retry-After` as it stands; null when there is none. */
  readonly retryAfter: string | null;
  /** Its start, at most LARGEST_ANSWER bytes. */
  readonly body: string;
}

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection that stands, and on which nothing was sent yet. */
export interface Line {
  /** Sends one request. Rejects when no answer came: then the request may have arrived. */
  post(post: Post): Promise<Answer>;
  close(): void;
}

/** No answer says more than this: the rest is not waited for. */
const LARGEST_ANSWER = 16_384;

/**
 * Connects to where an address leads, without sending a request: what fails here has surely not arrived.
 * Certificates are checked against the system's roots and NODE_EXTRA_CA_CERTS.
 */
export async function openLine(url: URL, { connectMs, answerMs }: LineLimits): Promise<Line> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  const isTls = url.protocol === "https:";
  const port = Number(url.port) || (isTls ? 443 : 80);
  const socket = isTls
    ? connectTls({ host, port, ALPNProtocols: ["http/1.1"], ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) })
    : connectPlain({ host, port });
  // Whoever waits hears of it by the promise; between two waits there is nobody to tell.
  socket.on("error", () => undefined);
  try {
    await once(socket, isTls ? "secureConnect" : "connect", { signal: AbortSignal.timeout(connectMs) });
  } catch (error) {
    socket.destroy();
    throw error instanceof Error && error.name === "AbortError" ? new Error("no connection in time") : error;
  }
  return { post: (post) => postOn(socket, { ...post, url, answerMs }), close: () => socket.destroy() };
}

async function postOn(
  socket: Socket,
  { url, headers, body, answerMs }: Post & { readonly url: URL; readonly answerMs: number },
): Promise<Answer> {
  const signal = AbortSignal.timeout(answerMs);
  const sent = request({
    createConnection: () => socket,
    method: "POST",
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, "content-length": String(Buffer.byteLength(body)), connection: "close" },
    // 16 KB of headers are enough for an answer that nobody but us reads.
    maxHeaderSize: LARGEST_ANSWER,
    signal,
  });
  sent.on("error", () => undefined);
  try {
    const answered = once(sent, "response");
    sent.end(body);
    const [response] = (await answered) as [IncomingMessage];
    return {
      status: response.statusCode ?? 0,
      retryAfter: response.headers["retry-after"] ?? null,
      body: await startOf(response),
    };
  } catch (error) {
    throw signal.aborted ? new Error("no answer in time") : error;
  } finally {
    sent.destroy();
  }
}

/** What came of a body; its status counts even when the rest never comes. */
async function startOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= LARGEST_ANSWER) break;
    }
  } catch {
    // Cut off, or too slow: the status has been said.
  }
  return Buffer.concat(chunks).subarray(0, LARGEST_ANSWER).toString("utf8");
}
