import type { Message, WireBytes } from "../message/body.js";
import type { Gate } from "../transport.js";
import { fault, oneLine, readFault, type SmtpFault } from "./errors.js";
import type { Session } from "./session.js";
import { type Reply, type SmtpSocket, withTimeout } from "./socket.js";

/** The result of one message transaction. */
export type Transfer =
  | { readonly kind: "accepted"; readonly words: string }
  /** The gate refused the message; the connection is closed. */
  | { readonly kind: "withheld" }
  | {
      readonly kind: "fault";
      readonly fault: SmtpFault;
      /** Whether the end of the data may have been sent. */
      readonly endSent: boolean;
      /** Whether client and server agree on the state of the session, so that it can be used for another message. */
      readonly inSync: boolean;
    };

export interface TransferOptions {
  readonly gate: Gate;
  /** Whether the envelope was already sent, after the previous message. */
  readonly isPipelined: boolean;
  /**
   * Called when the end of the data is sent. Returns the message whose envelope follows immediately and that must be sent next.
   */
  readonly next: () => Message | null;
}

/** The commands of an envelope, with their names in faults. */
const COMMANDS = ["MAIL FROM", "RCPT TO", "DATA"] as const;

/** The end of the data (RFC 5321 section 4.1.1.4). Its first CRLF is the last line end of the message. */
const END = Buffer.from("\r\n.\r\n");

/**
 * Sends one message to one recipient. Sends all bytes except the end of the data and calls `gate`. If the gate opens, sends the
 * end; otherwise abandons the message. Until the end is sent, the server cannot have accepted the message. With PIPELINING (RFC
 * 2920), the commands of an envelope are sent together, and the next envelope right after the end of the data. The data of the
 * next message is not completed before its own gate.
 * @throws the errors of `gate`, after closing the connection.
 */
export async function transferMessage(session: Session, message: Message, options: TransferOptions): Promise<Transfer> {
  const problem = options.isPipelined ? null : checkSendable(session, message);
  if (problem !== null) {
    return { kind: "fault", fault: problem, endSent: false, inSync: true };
  }
  try {
    const refused = await sendEnvelope(session, message, options.isPipelined);
    if (refused !== null) {
      return { kind: "fault", endSent: false, ...refused };
    }
  } catch (error) {
    return connectionLost(error, false);
  }
  return sendData(session, message.wire, options);
}

/** Returns the reason why a message cannot be offered in this session, or null. */
export function checkSendable({ offers }: Session, message: Message): SmtpFault | null {
  const { size } = message.wire;
  if ([message.returnPath ?? message.from, message.to].some((address) => /[\r\n<>]/.test(address))) {
    return readFault(fault("EENVELOPE", "the address contains a line break or an angle bracket"));
  }
  if (offers.size === 0 || size <= offers.size) {
    return null;
  }
  const words = `the message has ${size} bytes, and the server accepts at most ${offers.size}`;
  return { codes: ["EMESSAGE"], reply: null, command: COMMANDS[0], words };
}

/** Returns the three commands of the envelope of a message. */
function envelopeOf({ offers }: Session, message: Message): readonly [string, string, string] {
  const { to, returnPath, from } = message;
  const sender = returnPath ?? from;
  let mail = `MAIL FROM:<${sender}>`;
  let rcpt = `RCPT TO:<${to}>`;
  if (/[\x80-\uFFFF]/.test(sender + to)) mail += " SMTPUTF8";
  if (offers.acceptsSize) mail += ` SIZE=${message.wire.size}`;
  // Requests delivery reports only if Paperboy reads bounces (RFC 3461).
  if (returnPath !== undefined && offers.dsn) {
    mail += " RET=HDRS";
    rcpt += " NOTIFY=FAILURE,DELAY";
  }
  return [mail, rcpt, "DATA"];
}

function asBytes(commands: readonly string[]): Buffer {
  return Buffer.from(`${commands.join("\r\n")}\r\n`);
}

interface Refused {
  readonly fault: SmtpFault;
  readonly inSync: boolean;
}

/** Sends the envelope and reads the replies. Returns the first refusal, or null if the server waits for the data. */
async function sendEnvelope(session: Session, message: Message, isPipelined: boolean): Promise<Refused | null> {
  const { socket, offers, times } = session;
  const commands = isPipelined ? [] : envelopeOf(session, message);
  if (!isPipelined && offers.pipelining) {
    write(socket, asBytes(commands));
  }
  let refused: SmtpFault | null = null;
  for (const [index, command] of COMMANDS.entries()) {
    if (!isPipelined && !offers.pipelining) {
      write(socket, asBytes(commands.slice(index, index + 1)));
    }
    const reply = socket.takeReply() ?? (await withTimeout(socket, times.command, socket.nextReply()));
    const isGood = reply.code !== null && (reply.code < 300 || (command === "DATA" && reply.code < 400));
    if (isGood && command === "DATA" && refused !== null) {
      return { fault: refused, inSync: await sendEmptyData(session, refused) };
    }
    refused ??= isGood ? null : { codes: ["EENVELOPE"], reply: reply.code, command, words: oneLine(reply.words) };
    if (refused !== null && (!offers.pipelining || !isInSync(refused))) {
      return { fault: refused, inSync: isInSync(refused) };
    }
  }
  return refused && { fault: refused, inSync: true };
}

/**
 * Ends the data phase without data, for a server that refused the recipient but still answered DATA with 354 (RFC 2920 section
 * 3.1). Returns whether the session remains usable. If the server refused the sender it does not, because it might accept the
 * empty message.
 */
async function sendEmptyData({ socket, times }: Session, { command }: SmtpFault): Promise<boolean> {
  if (command === "MAIL FROM") {
    return false;
  }
  write(socket, Buffer.from(".\r\n"));
  await withTimeout(socket, times.command, socket.nextReply());
  return true;
}

/** Whether client and server are in sync: the server gave a definite reply and did not end the session. */
function isInSync({ reply }: SmtpFault): boolean {
  return reply !== null && reply >= 400 && reply !== 421;
}

async function sendData(session: Session, { pieces }: WireBytes, { gate, next }: TransferOptions): Promise<Transfer> {
  const { socket, times } = session;
  // From here on, every reply concerns the data: it answers the end of the data, or comes too early.
  try {
    await sendAll(session, pieces);
  } catch (error) {
    return connectionLost(error, false);
  }
  if (!socket.hasReply()) {
    const isOpen = await gate().catch((error: unknown) => {
      socket.destroy(fault("ECONNECTION", "the gate failed"));
      throw error;
    });
    if (!isOpen) {
      socket.destroy(fault("EWITHHELD", "the message was stopped before the end of its data"));
      return { kind: "withheld" };
    }
  }
  const endSent = !socket.hasReply();
  try {
    if (endSent) {
      const following = next();
      write(socket, following === null ? END : Buffer.concat([END, asBytes(envelopeOf(session, following))]));
    }
    const reply = socket.takeReply() ?? (await withTimeout(socket, times.reply, socket.nextReply()));
    return transferOf(reply, endSent);
  } catch (error) {
    return connectionLost(error, endSent);
  }
}

function transferOf({ code, words }: Reply, endSent: boolean): Transfer {
  const isPositive = code !== null && code < 300;
  if (isPositive && endSent) {
    return { kind: "accepted", words: oneLine(words) };
  }
  const problem: SmtpFault = isPositive
    ? readFault(fault("EPROTOCOL", "the server replied before the end of the data"))
    : { codes: ["EMESSAGE"], reply: code, command: "DATA", words: oneLine(words) };
  return { kind: "fault", fault: problem, endSent, inSync: endSent && isInSync(problem) };
}

function connectionLost(error: unknown, endSent: boolean): Transfer {
  return { kind: "fault", fault: readFault(error), endSent, inSync: false };
}

/**
 * The number of bytes written at once. With this limit, little of the message is still in the buffers of this process when the
 * gate is called.
 */
const CHUNK = 131_072;

/** Sends the pieces. Returns early if the server replies. */
async function sendAll({ socket, times }: Session, pieces: readonly Buffer[]): Promise<void> {
  for (const chunk of inChunks(pieces)) {
    if (socket.hasReply()) return;
    const flushed = socket.write(chunk);
    if (flushed !== null) await withTimeout(socket, times.data, flushed);
  }
}

function inChunks(pieces: readonly Buffer[]): readonly (readonly Buffer[])[] {
  if (pieces.reduce((sum, { length }) => sum + length, 0) <= CHUNK) return [pieces];
  const chunks: Buffer[][] = [[]];
  let size = 0;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += CHUNK) {
      const part = piece.subarray(start, start + CHUNK);
      size += part.length;
      if (size > CHUNK) {
        chunks.push([]);
        size = part.length;
      }
      chunks.at(-1)?.push(part);
    }
  }
  return chunks;
}

/** Writes without waiting. Reading the reply reports a failure. */
function write(socket: SmtpSocket, bytes: Buffer): void {
  socket.write([bytes])?.catch(() => undefined);
}
