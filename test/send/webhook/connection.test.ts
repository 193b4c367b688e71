import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openHttpConnection } from "../../../src/send/webhook/connection.js";
import { redact } from "../../../src/send/webhook/target.js";

const LIMITS = { connectMs: 2_000, responseMs: 2_000 };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("openHttpConnection", () => {
  it("sends nothing to a machine whose certificate is not trusted", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "paperboy-line-"));
    const make =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost";
    execFileSync("openssl", make.split(" "), { cwd: folder, stdio: "ignore" });
    const read = (name: string) => readFileSync(path.join(folder, name));
    let requests = 0;
    const server = createTls({ key: read("key.pem"), cert: read("cert.pem") }, (_, response) => {
      requests += 1;
      response.end();
    });
    const port = await listen(server);
    await expect(openHttpConnection(new URL(`https://localhost:${port}/secret`), LIMITS)).rejects.toThrow(
      /self.signed/,
    );
    expect(requests).toBe(0);
  });

  it("rejects when the TLS handshake does not finish in time", async () => {
    const port = await listen(createServer());
    const connection = openHttpConnection(new URL(`https://127.0.0.1:${port}/`), { ...LIMITS, connectMs: 100 });
    await expect(connection).rejects.toThrow("the connection timed out");
  });

  it.each([
    ["something other than HTTP", "hello\r\n\r\n"],
    ["endless headers", `HTTP/1.1 200 ok\r\nx: ${"y".repeat(100_000)}\r\n\r\n`],
  ])("rejects a response with %s", async (_, words) => {
    const port = await listen(createServer((socket) => socket.on("error", () => undefined).end(words)));
    const connection = await openHttpConnection(new URL(`http://127.0.0.1:${port}/`), LIMITS);
    await expect(connection.post({ headers: {}, body: "{}" })).rejects.toThrow(/Parse Error|overflow/i);
    connection.close();
  });

  it("rejects the request when the connection was lost before it", async () => {
    const port = await listen(createServer((socket) => void socket.destroy()));
    const connection = await openHttpConnection(new URL(`http://127.0.0.1:${port}/`), LIMITS);
    await expect(connection.post({ headers: {}, body: "{}" })).rejects.toThrow(/hang up|EPIPE|ECONNRESET/);
    connection.close();
  });

  it("keeps port and path of the URL, and sends the host", async () => {
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.on("data", (data) => {
        heard.push(data.toString("utf8"));
        socket.end("HTTP/1.1 200 ok\r\nContent-Length: 2\r\n\r\nok");
      });
    });
    const port = await listen(server);
    const connection = await openHttpConnection(new URL(`http://127.0.0.1:${port}/a/b?c=d`), LIMITS);
    expect(await connection.post({ headers: { "x-a": "1" }, body: "ü" })).toEqual({
      status: 200,
      retryAfter: null,
      body: "ok",
    });
    connection.close();
    expect(heard.join("")).toMatch(/^POST \/a\/b\?c=d HTTP\/1\.1\r\n/);
    expect(heard.join("")).toContain(`host: 127.0.0.1:${port}\r\ncontent-length: 2\r\n`);
  });
});

it.each([
  [
    "a path of Slack",
    { kind: "slack", url: "https://h.example/services/T0AAAA/B0BBBB/ccc+ccc" },
    "/services/T0AAAA/B0BBBB/ccc+ccc",
    "ccc+ccc",
  ],
  ["a query", { kind: "webhook", url: "https://h.example/x?key=abcdefg%20h" }, "x?key=abcdefg h", "abcdefg h"],
  [
    "a key",
    { kind: "webhook", url: "https://h.example/", secret: "some secret words" },
    "say some secret words",
    "some secret",
  ],
  [
    "a token",
    { kind: "telegram", url: "https://h.example", token: "12:abcdefghij", chat: "1" },
    "bot12:abcdefghij abcdefghij",
    "abcdefghij",
  ],
] as const)("redacts %s", (_, target, told, secret) => {
  expect(redact(`no: ${told}`, target)).not.toContain(secret);
  expect(redact(`no: ${told}`, target)).toContain("***");
});
