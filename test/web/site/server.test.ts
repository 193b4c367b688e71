import { EventEmitter, once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import type { SiteEnv } from "../../../src/web/context.js";
import { TIMEOUTS, startSite } from "../../../src/web/site/server.js";
import type { SiteServer } from "../../../src/web/site/server.js";
import { serve } from "./serving.js";

let server: SiteServer | null = null;
const opened: Socket[] = [];

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await server?.close();
  server = null;
});

/** A promise that somebody else keeps. */
function promised() {
  const kept = new EventEmitter();
  return { promise: once(kept, "kept"), keep: () => void kept.emit("kept") };
}

/** A site with one page that answers when it is let. */
function slowSite() {
  const [reached, released] = [promised(), promised()];
  const site = new Hono<SiteEnv>();
  site.onError((_error, context) => context.text("", 400));
  site.get("/", (context) => context.text("here"));
  site.post("/", async (context) => context.text(String((await context.req.text()).length)));
  site.get("/slow", async (context) => {
    reached.keep();
    await released.promise;
    return context.text("done");
  });
  return { site, release: released.keep, underWay: reached.promise };
}

async function dial({ port }: { readonly port: number | string }): Promise<Socket> {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => undefined);
  opened.push(socket);
  await once(socket, "connect");
  return socket;
}

/** All that comes until the other side hangs up. */
async function heard(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  await once(socket, "close");
  return text;
}

const SHORT = { ...TIMEOUTS, headersMs: 150, requestMs: 150 };

describe("a slow client", () => {
  it.each([
    ["with headers that never end", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "],
    ["with a form that never ends", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nemail="],
    ["with chunks that never end", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nemail\r\n"],
  ])("is disconnected: %s", async (_what, beginning) => {
    server = await startSite(slowSite().site, { host: "127.0.0.1", port: 0, timeouts: SHORT });
    const socket = await dial(server);
    socket.write(beginning);
    expect(await heard(socket)).toMatch(/^(?:HTTP\/1\.1 408|$)/);
  });

  it("is disconnected when it is idle", async () => {
    server = await startSite(slowSite().site, { host: "127.0.0.1", port: 0, timeouts: { ...TIMEOUTS, idleMs: 100 } });
    const socket = await dial(server);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 200[\s\S]*here/);
  });

  it("is refused with headers larger than 16 KB", async () => {
    server = await startSite(slowSite().site, { host: "127.0.0.1", port: 0 });
    const socket = await dial(server);
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${"x".repeat(17_000)}\r\n\r\n`);
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 431/);
  });

  it("has generous time limits", () => {
    expect(TIMEOUTS).toEqual({
      headersMs: 10_000,
      requestMs: 20_000,
      idleMs: 5_000,
      responseMs: 30_000,
      shutdownMs: 10_000,
    });
  });
});

/** More than the system buffers for a connection. */
const LARGE = 32 * 1024 * 1024;

/** A site with a large page; `asked` emits the server's end of each connection that asks for it. */
function largeSite() {
  const asked = new EventEmitter();
  const site = new Hono<SiteEnv>();
  site.get("/large", (context) => {
    asked.emit("asked", context.env.incoming?.socket);
    return context.text("x".repeat(LARGE));
  });
  site.get("/", (context) => context.text("here"));
  return { site, asked };
}

const ASK = "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/** Asks for the large page, and resolves when the site answers; `closed` resolves when the site closes the connection. */
async function askLarge(at: SiteServer, asked: EventEmitter, text = ASK) {
  const socket = await dial(at);
  const [accepted] = [once(asked, "asked"), socket.write(text)];
  const [theirs] = (await accepted) as [Socket];
  return { socket, closed: once(theirs, "close") };
}

describe("a client that does not read", () => {
  it.each([
    ["does not read", () => undefined],
    ["reads a byte at a time", (socket: Socket) => setInterval(() => socket.read(1), 10).unref()],
  ])("is disconnected after the response time when it %s", async (_what, read) => {
    const { site, asked } = largeSite();
    server = await startSite(site, { host: "127.0.0.1", port: 0, timeouts: { ...TIMEOUTS, responseMs: 150 } });
    const { socket, closed } = await askLarge(server, asked);
    read(socket);
    await closed;
    expect((await heard(socket)).length).toBeLessThan(LARGE);
  });

  it("is disconnected when it sends a fifth request meanwhile", async () => {
    const { site, asked } = largeSite();
    server = await startSite(site, { host: "127.0.0.1", port: 0 });
    const socket = await dial(server);
    socket.write(
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3) + "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect((await heard(socket)).match(/here/g)).toHaveLength(4);
    const other = await askLarge(server, asked, ASK.replace("Connection: close\r\n", "").repeat(5));
    await other.closed;
    expect((await heard(other.socket)).length).toBeLessThan(LARGE);
  });

  it("is disconnected when all together wait for too much, the longest wait first", async () => {
    const { site, asked } = largeSite();
    server = await startSite(site, { host: "127.0.0.1", port: 0, unread: { requests: 4, bytes: 1.5 * LARGE } });
    const first = await askLarge(server, asked);
    const second = await askLarge(server, asked);
    await first.closed;
    expect((await heard(second.socket)).length).toBeGreaterThan(LARGE);
    expect((await heard(first.socket)).length).toBeLessThan(LARGE);
  });
});

describe("stopping the server", () => {
  it("finishes open requests and refuses new ones", async () => {
    const { site, release, underWay } = slowSite();
    const own = await startSite(site, { host: "127.0.0.1", port: 0 });
    const answer = fetch(`http://127.0.0.1:${own.port}/slow`).then((response) => response.text());
    await underWay;
    const closed = own.close();
    await expect(fetch(`http://127.0.0.1:${own.port}/`)).rejects.toThrow("fetch failed");
    release();
    expect(await answer).toBe("done");
    await closed;
  });

  it("stops waiting after the shutdown time", async () => {
    const { site, underWay } = slowSite();
    const own = await startSite(site, { host: "127.0.0.1", port: 0, timeouts: { ...TIMEOUTS, shutdownMs: 50 } });
    const gone = new Promise((resolve) => {
      request({ port: own.port, host: "127.0.0.1", path: "/slow" }).on("error", resolve).end();
    });
    await underWay;
    await own.close();
    expect(await gone).toMatchObject({ code: "ECONNRESET" });
  });
});

describe("paperboy serve", () => {
  it("serves below the path of `publicUrl` until it is asked to stop", async () => {
    const serving = await serve({ PAPERBOY_PUBLIC_URL: "https://papers.example.org/daily" });
    const page = await fetch(`${serving.url}/daily/`);
    expect(await page.text()).toContain('action="/daily/subscribe"');
    expect((await fetch(`${serving.url}/`)).status).toBe(404);
    expect(await (await fetch(`${serving.url}/healthz`)).json()).toEqual({ status: "ok" });
    // A proxy that rewrites Host and adds no field sends the same request as a client on this machine.
    expect((await fetch(`${serving.url}/metrics`)).status).toBe(404);
    // The default of nginx: HTTP/1.0, and no field that names the client.
    const socket = await dial(new URL(serving.url));
    socket.write("GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 404/);
    expect(await serving.stop()).toBe(0);
    expect(serving.stderr()).toMatch(/GET \/ 200 \d+ ms/);
    await expect(fetch(serving.url)).rejects.toThrow("fetch failed");
  });

  it("shares its database with a second process", async () => {
    const one = await serve({});
    const other = await serve(
      { PAPERBOY_PUBLIC_URL: "https://papers.example.org", PAPERBOY_SERVE_METRICS_FROM: "127.0.0.1" },
      one,
    );
    for (const { url } of [one, other]) {
      expect(await (await fetch(`${url}/metrics`)).text()).toContain("paperboy_subscribers");
    }
    for (const { url } of [one, other]) expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0]);
  });

  it.each([
    ["without `publicUrl`", { PAPERBOY_PUBLIC_URL: "" }, /ended with 3: [^]*needs a public URL/],
    [
      "with an invalid trusted proxy",
      { PAPERBOY_SERVE_TRUSTED_PROXIES: "proxy" },
      /ended with 3: [^]*PAPERBOY_SERVE_TRUSTED_PROXIES.*not an IP address or network/,
    ],
    ["on an address where it cannot listen", { PAPERBOY_SERVE_HOST: "192.0.2.1" }, /ended with 2: [^]*cannot listen/],
  ])("explains why it does not start %s", async (_what, environment, why) => {
    await expect(serve(environment)).rejects.toThrow(why);
  });
});
