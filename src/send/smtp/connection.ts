import { setImmediate } from "node:timers/promises";
import { needsSmtpUtf8 } from "../message/address.js";
import type { Message } from "../message/body.js";
import { connectResult, pendingResult, resultOf, type SendResult, sentResult } from "../send-result.js";
import type { Connection, Transport } from "../transport.js";
import { checkSendable, transferMessage, type TransferOptions } from "./data-phase.js";
import { fault, readFault } from "./errors.js";
import { closeSession, openSession, resetSession, type Session, SMTP_TIMES, type SmtpTimes } from "./session.js";
import type { SmtpSettings } from "./settings.js";

/** The maximum number of messages on one connection, because servers limit it. */
const MESSAGES_PER_CONNECTION = 100;

/**
 * After this idle time in milliseconds, a new session is opened, because many servers have closed the old one and a failed
 * attempt costs more.
 */
const MAX_IDLE = 20_000;

interface SmtpConnectionOptions {
  readonly settings: SmtpSettings;
  /** Time-outs, which tests shorten. */
  readonly times?: SmtpTimes;
}

/** Returns the transport for a mail server. Each of its connections keeps and reuses one session. */
export function smtpTransport(options: SmtpConnectionOptions): Transport {
  const { host, port } = options.settings;
  return { channel: "smtp", name: `${host}:${port}`, openConnection: () => openSmtpConnection(options) };
}

interface ConnectionState {
  session: Session | null;
  /** The number of messages sent in this session. */
  messages: number;
  usedAt: number;
  isAbandoned: boolean;
  /**
   * The message whose envelope was already sent after the previous message. It must be sent next, or the session must be
   * closed.
   */
  pipelined: Message | null;
  /** False after the server has once failed to answer a pipelined envelope. */
  mayPipeline: boolean;
}

/**
 * Opens a connection to a mail server. It tries each message once; the caller decides what to do about a deferred or uncertain
 * one.
 */
function openSmtpConnection({ settings, times = SMTP_TIMES }: SmtpConnectionOptions): Connection {
  const secrets = secretsOf(settings);
  const state: ConnectionState = {
    session: null,
    messages: 0,
    usedAt: 0,
    isAbandoned: false,
    pipelined: null,
    mayPipeline: true,
  };
  return {
    send: async (message, gate, { next }) => {
      const isPipelined = state.pipelined === message;
      const session = await acquireSession(state, message, () => openSession(settings, times));
      if ("state" in session) {
        return redact(session, secrets);
      }
      if (state.isAbandoned) {
        dropSession(state);
        return { ...pendingResult("the connection was closed"), offered: false };
      }
      state.pipelined = null;
      const options = { gate, isPipelined, next: () => pipelineNext(state, session, next?.() ?? null) };
      const { result, isUsable } = await attempt(session, message, options);
      state.usedAt = performance.now();
      state.mayPipeline &&= !(isPipelined && result.problem === "connection");
      if (!isUsable) {
        // Sends no QUIT, because the server may still be reading the data of this message.
        dropSession(state);
      }
      return redact(result, secrets);
    },
    close: () => endSession(state),
    abandon: () => {
      state.isAbandoned = true;
      dropSession(state);
    },
  };
}

function dropSession(state: ConnectionState): void {
  state.session?.socket.destroy(fault("ECONNECTION", "the connection was closed"));
  state.session = null;
  state.pipelined = null;
}

async function endSession(state: ConnectionState): Promise<void> {
  if (state.pipelined !== null) {
    // The server waits for the data of this message, and would treat QUIT as data.
    dropSession(state);
  }
  const { session } = state;
  state.session = null;
  await (session && closeSession(session));
}

/** Returns the current or a new session for this message, or the result if no session can be opened. */
async function acquireSession(
  state: ConnectionState,
  message: Message,
  open: () => Promise<Session>,
): Promise<Session | SendResult> {
  if (state.session !== null && state.pipelined === message) {
    state.messages += 1;
    return state.session;
  }
  // Lets the socket read first, because a server may send 421 right after its last reply.
  await setImmediate();
  const isStale = performance.now() - state.usedAt > MAX_IDLE;
  const isFull = state.messages >= MESSAGES_PER_CONNECTION;
  if (state.session === null || state.pipelined !== null || !state.session.socket.isIdle() || isStale || isFull) {
    await endSession(state);
    try {
      state.session = await open();
    } catch (error) {
      return connectResult(readFault(error));
    }
    state.messages = 0;
  }
  state.messages += 1;
  return state.session;
}

/** Returns `message` if its envelope may be sent right after the current message, otherwise null. */
function pipelineNext(state: ConnectionState, session: Session, message: Message | null): Message | null {
  const mayFollow =
    message !== null &&
    state.mayPipeline &&
    session.offers.pipelining &&
    state.messages < MESSAGES_PER_CONNECTION &&
    !lacksUtf8(session, message) &&
    checkSendable(session, message) === null;
  state.pipelined = mayFollow ? message : null;
  return state.pipelined;
}

interface Attempt {
  readonly result: SendResult;
  /** Whether the session can carry another message. */
  readonly isUsable: boolean;
}

async function attempt(session: Session, message: Message, options: TransferOptions): Promise<Attempt> {
  if (lacksUtf8(session, message)) {
    const detail = "the mail server does not accept non-ASCII addresses (no SMTPUTF8)";
    return { result: { ...pendingResult(detail), state: "refused" }, isUsable: true };
  }
  let hasPipelined = false;
  const next = (): Message | null => {
    const following = options.next();
    hasPipelined = following !== null;
    return following;
  };
  const transfer = await transferMessage(session, message, { ...options, next });
  if (transfer.kind === "accepted") {
    return { result: sentResult(transfer.words), isUsable: true };
  }
  if (transfer.kind === "withheld") {
    return { result: pendingResult("the message was stopped before the end of its data"), isUsable: false };
  }
  const { fault: problem, endSent, inSync } = transfer;
  // Sends no RSET after a pipelined envelope, because it would end that transaction.
  return { result: resultOf(problem, endSent), isUsable: inSync && (hasPipelined || (await resetSession(session))) };
}

function lacksUtf8({ offers }: Session, { from, returnPath, to }: Message): boolean {
  return !offers.smtpUtf8 && [returnPath ?? from, to].some(needsSmtpUtf8);
}

/** The maximum length, in characters, of a server's reply in results. */
const MAX_DETAIL = 500;

/** Removes the password, which a server may repeat, from a result, and then truncates the reply. */
function redact(result: SendResult, secrets: readonly string[]): SendResult {
  let detail = result.detail;
  for (const secret of secrets) detail = detail.replaceAll(secret, "***");
  if (detail === result.detail && detail.length <= MAX_DETAIL) return result;
  return { ...result, detail: detail.slice(0, MAX_DETAIL) };
}

/** Returns the password in every form in which it is sent. */
function secretsOf({ login }: SmtpSettings): readonly string[] {
  const secrets = login === null ? [] : [login.password, `\0${login.user}\0${login.password}`];
  return secrets.flatMap((secret) => [secret, Buffer.from(secret).toString("base64")]).filter(Boolean);
}
