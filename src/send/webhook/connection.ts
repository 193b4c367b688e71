import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect as connectPlain } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Time-outs in ms. */
export interface HttpTimeouts {
  readonly connectMs: number;
  readonly responseMs: number;
}

/** A response with any status. Redirects are not followed. */
export interface HttpResponse {
  readonly status: number;
  /** The `Retry-After` header; null if absent. */
  readonly retryAfter: string | null;
  /** The start of the body, at most MAX_RESPONSE bytes. */
  readonly body: string;
}

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An open connection for one request. */
export interface HttpConnection {
  /** Sends the request. Rejects if no response arrives, although the request may have arrived. */
  post(request: HttpRequest): Promise<HttpResponse>;
  close(): void;
}

/** The maximum length of a response in bytes. The rest is not useful. */
const MAX_RESPONSE = 16_384;

/**
 * Connects to the host of a URL without sending a request, so that a failure means that nothing arrived. Verifies certificates
 * with Node's roots and NODE_EXTRA_CA_CERTS.
 */
export async function openHttpConnection(url: URL, { connectMs, responseMs }: HttpTimeouts): Promise<HttpConnection> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  const isTls = url.protocol === "https:";
  const port = Number(url.port) || (isTls ? 443 : 80);
  const socket = isTls
    ? connectTls({ host, port, ALPNProtocols: ["http/1.1"], ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) })
    : connectPlain({ host, port });
  // Pending promises reject on an error. Without this listener, an error between them would end the process.
  socket.on("error", () => undefined);
  try {
    await once(socket, isTls ? "secureConnect" : "connect", { signal: AbortSignal.timeout(connectMs) });
  } catch (error) {
    socket.destroy();
    throw error instanceof Error && error.name === "AbortError" ? new Error("the connection timed out") : error;
  }
  return { post: (post) => postOn(socket, { ...post, url, responseMs }), close: () => socket.destroy() };
}

async function postOn(
  socket: Socket,
  { url, headers, body, responseMs }: HttpRequest & { readonly url: URL; readonly responseMs: number },
): Promise<HttpResponse> {
  const signal = AbortSignal.timeout(responseMs);
  const sent = request({
    createConnection: () => socket,
    method: "POST",
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, "content-length": String(Buffer.byteLength(body)), connection: "close" },
    maxHeaderSize: MAX_RESPONSE,
    signal,
  });
  sent.on("error", () => undefined);
  try {
    const responded = once(sent, "response");
    sent.end(body);
    const [response] = (await responded) as [IncomingMessage];
    return {
      status: response.statusCode ?? 0,
      retryAfter: response.headers["retry-after"] ?? null,
      body: await readStart(response),
    };
  } catch (error) {
    throw signal.aborted ? new Error("the response timed out") : error;
  } finally {
    sent.destroy();
  }
}

/** Reads the start of a body. An incomplete body does not matter, because the status is known. */
async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_RESPONSE) break;
    }
  } catch {
    // The connection was lost or timed out.
  }
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE).toString("utf8");
}
