import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { freshHome } from "../../support/paperboy.js";

/** A reverse proxy as an operator has one: HTTPS outside, plain HTTP inside. */
export interface Front {
  /** `https://localhost:PORT`, with a certificate that nobody else trusts. */
  readonly origin: string;
  /** What stands behind it, such as `http://127.0.0.1:8080`. */
  serve(target: string): void;
  close(): void;
}

export async function startFront(): Promise<Front> {
  let target = "";
  const server = createServer(certificate(), (query, answer) => {
    const { method, headers, url = "/" } = query;
    const forwarded = { ...headers, "x-forwarded-for": query.socket.remoteAddress ?? "" };
    const inner = request(new URL(url, target), { method, headers: forwarded }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    inner.on("error", () => answer.destroy());
    query.pipe(inner);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    serve: (given) => {
      target = given;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = freshHome();
  const [key, cert] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...named, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
