import { hostname } from "node:os";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { DetailedPeerCertificate } from "node:tls";
import type { Clock } from "../../../core/model.js";
import type { MailProvider } from "../../../send/providers/provider.js";
import { isLoopback } from "../../../core/url.js";
import type { SmtpSettings } from "../../../send/smtp/settings.js";
import { once } from "../../../core/memoize.js";
import type { Readers } from "../readers.js";
import { converse, dial, encrypt, fault } from "./wire.js";
import type { Target } from "./wire.js";

export interface MailServerParts {
  readonly settings: SmtpSettings;
  readonly provider: MailProvider;
  readonly readers: Readers;
  /** Whether Paperboy reads bounces. The server should then support bounce reports. */
  readonly wantsBounces: boolean;
  /** Returns the addresses of a name; none if it does not exist. Throws PaperboyError if the DNS does not respond. */
  readonly lookUp: (name: string) => Promise<readonly string[]>;
  readonly wall: Clock;
  /** The time limit of each step, in ms. */
  readonly stepMs: number;
}

/** The result of an SMTP handshake, before a login. */
export interface Handshake {
  /** The extensions after the last EHLO: keyword and parameters, in capitals (RFC 5321 section 4.1.1.1). */
  readonly offers: ReadonlyMap<string, string>;
  /** The encryption of the connection; null if it is not encrypted. */
  readonly encryption: Encryption | null;
}

export interface Encryption {
  readonly certificate: DetailedPeerCertificate;
  /** OpenSSL's reason not to trust the chain; null if it trusts it. */
  readonly distrust: string | null;
  readonly protocol: string;
}

/** The mail server. All checks share one lookup, connection and handshake. */
export interface MailServer extends MailServerParts {
  /** Whether the host is a loopback name or address, which needs no encryption. */
  readonly isLocal: boolean;
  readonly addresses: () => Promise<readonly string[]>;
  /** Returns the first address that accepts a connection. */
  readonly open: () => Promise<string>;
  readonly handshake: () => Promise<Handshake>;
}

/** Returns the subject of the mail server's checks. Each step runs when the first check needs it. */
export function mailServerOf(parts: MailServerParts): MailServer {
  const { settings, lookUp, stepMs } = parts;
  const { host, port } = settings;
  const addresses = once(() => lookUp(host));
  const open = once(async () => firstOpen(await addresses(), { host, port, limitMs: stepMs }));
  const handshake = once(async () => doHandshake({ address: await open(), host, port, limitMs: stepMs }, settings));
  return { ...parts, isLocal: isLoopback(host), addresses, open, handshake };
}

/** Returns the first address that accepts a connection. Throws the error of the last one. */
async function firstOpen(addresses: readonly string[], target: Omit<Target, "address">): Promise<string> {
  let refused: unknown = fault("EDNS", "the name has no address");
  for (const address of addresses) {
    try {
      (await dial({ ...target, address })).destroy();
      return address;
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}

/**
 * Greets the server, encrypts the connection if the server offers it, reads its extensions and quits. Does not log in or send a
 * message.
 */
async function doHandshake(target: Target, { secure }: SmtpSettings): Promise<Handshake> {
  const plain = await dial(target);
  let socket: Socket = plain;
  // If the connection fails between two commands, the next command reports it.
  plain.on("error", () => null);
  try {
    if (secure) socket = await encrypt(plain, target);
    await expect(socket, null, { target, code: 220 });
    let offers = await greet(socket, target);
    if (!secure && offers.has("STARTTLS")) {
      await expect(socket, "STARTTLS", { target, code: 220 });
      socket = await encrypt(plain, target);
      offers = await greet(socket, target);
    }
    socket.write("QUIT\r\n");
    return { offers, encryption: socket instanceof TLSSocket ? encryptionOf(socket) : null };
  } finally {
    socket.end();
    plain.destroySoon();
  }
}

interface Expected {
  readonly target: Target;
  readonly code: number;
}

async function expect(socket: Socket, line: string | null, { target, code }: Expected): Promise<readonly string[]> {
  const reply = await converse(socket, line, target.limitMs);
  if (reply.code === code) return reply.lines;
  const response = `${reply.code} ${reply.lines.join(" ")}`;
  throw Object.assign(fault("EPROTOCOL", response), { response, responseCode: reply.code, command: line ?? "CONN" });
}

async function greet(socket: Socket, target: Target): Promise<ReadonlyMap<string, string>> {
  const name = /^[a-z0-9.-]+$/i.test(hostname()) ? hostname() : "[127.0.0.1]";
  const [, ...lines] = await expect(socket, `EHLO ${name}`, { target, code: 250 });
  return new Map(lines.map(offerIn));
}

/** Parses `SIZE 10240000` into keyword and parameters. Some servers still send `AUTH=PLAIN`. */
function offerIn(line: string): readonly [string, string] {
  const [keyword = "", ...rest] = line.trim().toUpperCase().split(/[ =]+/);
  return [keyword, rest.join(" ")];
}

function encryptionOf(socket: TLSSocket): Encryption {
  const distrust: unknown = socket.authorizationError;
  return {
    certificate: socket.getPeerCertificate(true),
    distrust: distrust ? String(distrust instanceof Error && "code" in distrust ? distrust.code : distrust) : null,
    protocol: socket.getProtocol() ?? "TLS",
  };
}
