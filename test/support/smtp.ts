import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";

/** A reply that refuses a command. */
interface SmtpReply {
  readonly code: number;
  readonly message: string;
}

export interface SmtpOptions {
  /** The port; any free port by default. */
  readonly port?: number;
  /** The only accepted login. If absent, no login is required. Also offered on unencrypted connections. */
  readonly auth?: { readonly user: string; readonly password: string };
  /** `starttls` offers TLS with a self-signed certificate for localhost, and `implicit` starts with it. No TLS by default. */
  readonly tls?: "starttls" | "implicit";
  /** Returns the refusal of RCPT TO, or null to accept the recipient. */
  readonly refuse?: (address: string) => SmtpReply | null;
  /** Returns the refusal after the whole message arrived, or null to accept it. */
  readonly onData?: (received: ReceivedMail) => SmtpReply | null;
  /** Whether the server does not offer SMTPUTF8. */
  readonly asciiOnly?: boolean;
}

interface ReceivedMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** The received message, without dot-stuffing. */
  readonly raw: string;
  readonly secure: boolean;
  readonly user: string | null;
}

export interface Smtp {
  readonly port: number;
  /** `smtp://127.0.0.1:PORT`, with the login if one is required. */
  readonly url: string;
  /** The accepted messages in order. */
  readonly messages: readonly ReceivedMail[];
  /** Returns the number of connections so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts a mail server on a free local port that records messages. */
export async function startSmtp(options: SmtpOptions = {}): Promise<Smtp> {
  const messages: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    // Set explicitly, so that the server does not warn about its built-in certificate.
    logger: false,
    secure: options.tls === "implicit",
    hideSTARTTLS: options.tls !== "starttls",
    hideSMTPUTF8: options.asciiOnly ?? false,
    allowInsecureAuth: true,
    authOptional: options.auth === undefined,
    disableReverseLookup: true,
    closeTimeout: 10,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onAuth: ({ username, password }, _session, done) => {
      const welcome = username === options.auth?.user && password === options.auth?.password;
      done(welcome ? null : problem({ code: 535, message: "5.7.8 user or password wrong" }), { user: username });
    },
    onRcptTo: ({ address }, _session, done) => done(problem(options.refuse?.(address) ?? null)),
    onData: (stream, { envelope, secure, user }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("end", () => {
        const received: ReceivedMail = {
          envelope: {
            from: envelope.mailFrom ? envelope.mailFrom.address : "",
            to: envelope.rcptTo.map(({ address }) => address),
          },
          raw: Buffer.concat(chunks).toString("utf8"),
          secure,
          user: typeof user === "string" ? user : null,
        };
        const reply = options.onData?.(received) ?? null;
        if (reply === null) {
          messages.push(received);
        }
        done(problem(reply));
      });
    },
  });
  // Clients that refuse a certificate or leave early are part of the tests.
  server.on("error", () => undefined);
  const listening = server.listen(options.port ?? 0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  return {
    port,
    url: smtpUrl(port, options),
    messages,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function smtpUrl(port: number, { auth, tls }: SmtpOptions): string {
  const login = auth ? `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}@` : "";
  return `${tls === "implicit" ? "smtps" : "smtp"}://${login}127.0.0.1:${port}`;
}

function problem(reply: SmtpReply | null): Error | null {
  return reply && Object.assign(new Error(reply.message), { responseCode: reply.code });
}

/** The points at which a scripted server can misbehave. `STAR` is STARTTLS, `body` the first byte of data, `end` the final dot. */
export type SmtpMoment =
  "connect" | "EHLO" | "HELO" | "STAR" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "body" | "end" | "RSET" | "QUIT";

/**
 * A reply without its line end, or a fault: `drop` closes the connection, `silence` sends no reply, and `trickle` repeats the
 * beginning of a reply and never ends it.
 */
export type SmtpScript = Partial<Record<SmtpMoment, string>>;

const END_OF_DATA = "\r\n.\r\n";

const UNKNOWN = "502 5.5.1 command not known";

const DEFAULT_REPLIES: Readonly<Record<Exclude<SmtpMoment, "body">, string>> = {
  connect: "220 scripted",
  EHLO: "250-scripted\r\n250 SIZE 10000000",
  HELO: "250 scripted",
  STAR: UNKNOWN,
  AUTH: "235 welcome",
  MAIL: "250 sender fine",
  RCPT: "250 recipient fine",
  DATA: "354 go on",
  end: "250 taken",
  RSET: "250 forgotten",
  QUIT: "221 bye",
};

export interface RawSmtp {
  readonly port: number;
  readonly url: string;
  /** The received commands in order, without data lines. */
  readonly commands: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a scripted server for faults that a correct server does not have, such as closing after the dot or 421 at any time.
 * `script` can be a function of the connection's index, from 0. `onClose` is called with the index of a closed connection.
 */
export async function startRawSmtp(
  script: SmtpScript | ((connection: number) => SmtpScript),
  onClose?: (connection: number) => void,
): Promise<RawSmtp> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    const index = count;
    count += 1;
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      onClose?.(index);
    });
    socket.on("error", () => undefined);
    runScript(socket, typeof script === "function" ? script(index) : script, commands);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
    await once(server, "close");
  };
  return { port, url: `smtp://127.0.0.1:${port}`, commands, close };
}

function runScript(socket: Socket, script: SmtpScript, commands: string[]): void {
  let pending = "";
  let inData = false;
  /** Whether the server has stopped replying, also to pipelined commands. */
  let isHung = false;
  const at = (moment: SmtpMoment): void => {
    const line = script[moment] ?? (moment === "body" ? null : (DEFAULT_REPLIES[moment] ?? UNKNOWN));
    isHung = line === "drop" || line === "trickle" || line === "silence";
    if (line === "drop") {
      socket.destroy();
    } else if (line === "trickle") {
      const timer = setInterval(() => socket.write("250-and\r\n"), 20);
      socket.once("close", () => clearInterval(timer));
    } else if (line !== null && !isHung) {
      socket.write(`${line}\r\n`);
      const begins = moment === "DATA" && line.startsWith("354");
      // Start as after a line end, so that a dot in the first line is also the end.
      if (begins) pending = `\r\n${pending}`;
      inData = begins || (inData && moment !== "end");
    }
  };
  const readData = (): void => {
    if (script.body !== undefined) {
      // Stops reading, so that the end of a long message is never received.
      socket.pause();
      at("body");
      pending = "";
      return;
    }
    const end = pending.indexOf(END_OF_DATA);
    if (end < 0) {
      // Keeps only the bytes that the end can begin with, so that large messages are searched once.
      pending = pending.slice(1 - END_OF_DATA.length);
    } else {
      // Pipelined commands after the data (RFC 2920).
      pending = pending.slice(end + END_OF_DATA.length);
      at("end");
      readCommands();
    }
  };
  const readCommands = (): void => {
    const end = pending.indexOf("\r\n");
    if (end < 0 || inData || isHung) {
      return;
    }
    const line = pending.slice(0, end);
    pending = pending.slice(end + 2);
    commands.push(line);
    at(line.slice(0, 4).toUpperCase() as SmtpMoment);
    readCommands();
  };
  at("connect");
  socket.on("data", (chunk) => {
    pending += chunk.toString("latin1");
    if (inData) {
      readData();
    } else {
      readCommands();
    }
  });
}
