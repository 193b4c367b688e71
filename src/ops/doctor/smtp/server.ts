import { hostname } from "node:os";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { DetailedPeerCertificate } from "node:tls";
import type { Clock } from "../../../core/model.js";
import type { MailProvider } from "../../../send/providers/provider.js";
import { isLoopback } from "../../../send/smtp/settings.js";
import type { SmtpSettings } from "../../../send/smtp/settings.js";
import { once } from "../../../core/memoize.js";
import type { Readers } from "../readers.js";
import { converse, dial, encrypt, fault } from "./wire.js";
import type { Target } from "./wire.js";

export interface MailServerParts {
  readonly settings: SmtpSettings;
  readonly provider: MailProvider;
  readonly readers: Readers;
  /** Whether bounces are read: then the server should promise to send them. */
  readonly wantsBounces: boolean;
  /** The addresses of a name. Throws PaperboyError where nobody answers; none: the name does not exist. */
  readonly lookUp: (name: string) => Promise<readonly string[]>;
  readonly wall: Clock;
  /** How long each step of a conversation may take, in ms. */
  readonly stepMs: number;
}

/** What a server said of itself to somebody who did not log in. */
export interface Talk {
  /** What it offers at the end: keyword and parameters, in capitals (RFC 5321 section 4.1.1.1). */
  readonly offers: ReadonlyMap<string, string>;
  /** How the line was encrypted; null when it was not. */
  readonly encryption: Encryption | null;
}

export interface Encryption {
  readonly certificate: DetailedPeerCertificate;
  /** OpenSSL's name for why it trusts the chain not; null when it does. */
  readonly distrust: string | null;
  readonly protocol: string;
}

/** A mail server, found, connected and asked once for all checks. */
export interface MailServer extends MailServerParts {
  /** Whether it is this machine by its very name: then nothing leaves it, and nothing need be encrypted. */
  readonly isHere: boolean;
  readonly addresses: () => Promise<readonly string[]>;
  /** The address that takes connections. */
  readonly open: () => Promise<string>;
  readonly talk: () => Promise<Talk>;
}

/** The server behind its checks; nothing is asked before one of them looks. */
export function mailServerOf(parts: MailServerParts): MailServer {
  const { settings, lookUp, stepMs } = parts;
  const { host, port } = settings;
  const addresses = once(() => lookUp(host));
  const open = once(async () => firstOpen(await addresses(), { host, port, limitMs: stepMs }));
  const talk = once(async () => talkTo({ address: await open(), host, port, limitMs: stepMs }, settings));
  return { ...parts, isHere: isLoopback(host), addresses, open, talk };
}

/** The first address that takes a connection. Throws what the last one said. */
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

/** Greets, encrypts where that is offered, asks what is offered, and says goodbye. No login, no message. */
async function talkTo(target: Target, { secure }: SmtpSettings): Promise<Talk> {
  const plain = await dial(target);
  let socket: Socket = plain;
  // A line that breaks between two questions is heard by the next one.
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

/** `SIZE 10240000` -> SIZE; some servers still write `AUTH=PLAIN`. */
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
