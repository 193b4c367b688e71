import type { ReadyMessage, WireBytes } from "../message/body.js";
import { stuffDots } from "../message/body.js";
import type { Line, Reply } from "./socket.js";
import { fault, oneLine, readFault, type SmtpFault } from "./errors.js";
import type { Gate, Session } from "./session.js";

/** What became of a message that was handed over. */
export type Handed =
  | { readonly kind: "taken"; readonly words: string }
  /** The gate said no; the line is cut. */
  | { readonly kind: "withheld" }
  | {
      readonly kind: "fault";
      readonly fault: SmtpFault;
      /** Whether the end of the data may have left. */
      readonly released: boolean;
      /** Whether server and client agree on where they stand, so that the line can carry another message. */
      readonly inStep: boolean;
    };

/** How a message is handed over. */
export interface Passage {
  readonly gate: Gate;
  /** Its envelope left behind the message before. */
  readonly isRiding: boolean;
  /** Asked when this message's end leaves: the message whose envelope may ride behind it, which then must come next. */
  readonly next: () => ReadyMessage | null;
}

/** How each command of an envelope is called in faults. */
const COMMANDS = ["MAIL FROM", "RCPT TO", "DATA"] as const;

/** What ends the data (RFC 5321 section 4.1.1.4), the message's own last line end included. */
const END = Buffer.from("\r\n.\r\n");

/**
 * Hands one message over, one recipient in the envelope. All bytes but the last line end go out, then `gate` is asked: on no
 * the message is abandoned; on yes the end leaves. Before the gate said yes the server cannot have taken the message. Where
 * the server offers PIPELINING (RFC 2920) an envelope leaves in one go, and the next one behind the end of the data:
 * nothing that could make the next message count leaves before its own gate.
 * @throws what the gate throws, after the line was cut.
 */
export async function handOver(session: Session, message: ReadyMessage, passage: Passage): Promise<Handed> {
  const wire = message.wire ?? wireOf(message.raw);
  const problem = passage.isRiding ? null : unfit(session, message);
  if (problem !== null) {
    return { kind: "fault", fault: problem, released: false, inStep: true };
  }
  try {
    const refused = await offer(session, message, passage.isRiding);
    if (refused !== null) {
      return { kind: "fault", released: false, ...refused };
    }
  } catch (error) {
    return lost(error, false);
  }
  return transfer(session, wire, passage);
}

/** What keeps a message from being offered on this line at all, or null. */
export function unfit({ offers }: Session, message: ReadyMessage): SmtpFault | null {
  const { size } = message.wire ?? wireOf(message.raw);
  if ([message.returnPath ?? message.from, message.to].some((address) => /[\r\n<>]/.test(address))) {
    return readFault(fault("EENVELOPE", "an address that no command can hold"));
  }
  if (offers.size === 0 || size <= offers.size) {
    return null;
  }
  const words = `Message size larger than allowed ${offers.size}`;
  return { codes: ["EMESSAGE"], reply: null, command: COMMANDS[0], words };
}

function wireOf(raw: Buffer): WireBytes {
  const text = stuffDots(raw.toString("latin1"));
  return { pieces: [Buffer.from(text.replace(/\r\n$/, ""), "latin1")], size: raw.length };
}

/** The three commands of a message. */
function envelopeOf({ offers }: Session, message: ReadyMessage): readonly [string, string, string] {
  const { to, returnPath, from } = message;
  const sender = returnPath ?? from;
  let mail = `MAIL FROM:<${sender}>`;
  let rcpt = `RCPT TO:<${to}>`;
  if (/[\x80-\uFFFF]/.test(sender + to)) mail += " SMTPUTF8";
  if (offers.takesSize) mail += ` SIZE=${message.wire?.size ?? message.raw.length}`;
  // Reports are asked for only where bounces are read (RFC 3461).
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
  readonly inStep: boolean;
}

/** Sends the envelope and reads what the server says to it; answers with the first refusal, or null when data may come. */
async function offer(session: Session, message: ReadyMessage, isRiding: boolean): Promise<Refused | null> {
  const { line, offers, times } = session;
  const commands = isRiding ? [] : envelopeOf(session, message);
  if (!isRiding && offers.pipelining) {
    say(line, asBytes(commands));
  }
  let refused: SmtpFault | null = null;
  for (const [index, command] of COMMANDS.entries()) {
    if (!isRiding && !offers.pipelining) {
      say(line, asBytes(commands.slice(index, index + 1)));
    }
    const reply = line.heard() ?? (await within(line, times.command, line.reply()));
    const isGood = reply.code !== null && (reply.code < 300 || (command === "DATA" && reply.code < 400));
    if (isGood && command === "DATA" && refused !== null) {
      return { fault: refused, inStep: await decline(session, refused) };
    }
    refused ??= isGood ? null : { codes: ["EENVELOPE"], reply: reply.code, command, words: oneLine(reply.words) };
    if (refused !== null && (!offers.pipelining || !isInStep(refused))) {
      return { fault: refused, inStep: isInStep(refused) };
    }
  }
  return refused && { fault: refused, inStep: true };
}

/**
 * A server that refused the recipient and wants the data all the same gets none, for nobody (RFC 2920 section 3.1). Answers
 * whether the line can be used further: not with one that refused even the sender, and might take an empty message.
 */
async function decline({ line, times }: Session, { command }: SmtpFault): Promise<boolean> {
  if (command === "MAIL FROM") {
    return false;
  }
  say(line, Buffer.from("../.\r\n"));
  await within(line, times.command, line.reply());
  return true;
}

/** After a definite reply that does not end the session, both know where they stand. */
function isInStep({ reply }: SmtpFault): boolean {
  return reply !== null && reply >= 400 && reply !== 421;
}

async function transfer(session: Session, { pieces }: WireBytes, { gate, next }: Passage): Promise<Handed> {
  const { line, times } = session;
  // From here on, whatever the server says is about the data: too early, or the answer to its end.
  try {
    await sendAll(session, pieces);
  } catch (error) {
    return lost(error, false);
  }
  if (!line.isAnswered()) {
    const isOpen = await gate().catch((error: unknown) => {
      line.cut(fault("ECONNECTION", "the gate failed"));
      throw error;
    });
    if (!isOpen) {
      line.cut(fault("EWITHHELD", "the message was withheld before the end of its data"));
      return { kind: "withheld" };
    }
  }
  const released = !line.isAnswered();
  try {
    if (released) {
      const rider = next();
      say(line, rider === null ? END : Buffer.concat([END, asBytes(envelopeOf(session, rider))]));
    }
    return judgeAnswer(line.heard() ?? (await within(line, times.reply, line.reply())), released);
  } catch (error) {
    return lost(error, released);
  }
}

function judgeAnswer({ code, words }: Reply, released: boolean): Handed {
  const isYes = code !== null && code < 300;
  if (isYes && released) {
    return { kind: "taken", words: oneLine(words) };
  }
  const problem: SmtpFault = isYes
    ? readFault(fault("EPROTOCOL", "the server answered before the end of the data"))
    : { codes: ["EMESSAGE"], reply: code, command: "DATA", words: oneLine(words) };
  return { kind: "fault", fault: problem, released, inStep: released && isInStep(problem) };
}

function lost(error: unknown, released: boolean): Handed {
  return { kind: "fault", fault: readFault(error), released, inStep: false };
}

/** So much is handed to the system at once: what waits in this process for the line is little when the gate opens. */
const PIECE = 131_072;

/** Ends early when the server says something. */
async function sendAll({ line, times }: Session, pieces: readonly Buffer[]): Promise<void> {
  for (const group of inGroups(pieces)) {
    if (line.isAnswered()) return;
    const taken = line.write(group);
    if (taken !== null) await within(line, times.data, taken);
  }
}

function inGroups(pieces: readonly Buffer[]): readonly (readonly Buffer[])[] {
  if (pieces.reduce((sum, { length }) => sum + length, 0) <= PIECE) return [pieces];
  const groups: Buffer[][] = [[]];
  let size = 0;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += PIECE) {
      const part = piece.subarray(start, start + PIECE);
      size += part.length;
      if (size > PIECE) {
        groups.push([]);
        size = part.length;
      }
      groups.at(-1)?.push(part);
    }
  }
  return groups;
}

/** Whether it left, the replies tell. */
function say(line: Line, bytes: Buffer): void {
  line.write([bytes])?.catch(() => undefined);
}

/** Waits for so many milliseconds at most: then the line is cut. */
export async function within<T>(line: Line, ms: number, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => line.cut(fault("ETIMEDOUT", "the server did not answer in time")), ms);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
