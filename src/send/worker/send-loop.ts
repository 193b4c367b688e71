import type { Claim } from "../../store/store.js";
import { parseAddress } from "../message/address.js";
import type { Message } from "../message/body.js";
import { pendingResult, type SendResult } from "../send-result.js";
import type { Connection } from "../transport.js";
import { type CircuitBreaker, INTERRUPTED, type Stop, stopFor, type Trip } from "./circuit-breaker.js";
import { type ClaimQueue, openClaimQueue, openClaims } from "./claim-queue.js";
import type { Hold, Holds } from "./holds.js";
import type { LedgerWriter } from "./ledger-writer.js";
import type { ConcurrencyLimiter, Quota } from "./limits.js";
import { type DrainLimits, type DrainParts, type DrainResult } from "./types.js";

/** The state that all passes of one drain share. */
export interface Drain {
  readonly parts: DrainParts;
  readonly limit: DrainLimits;
  readonly ledger: LedgerWriter;
  readonly limiter: ConcurrencyLimiter;
  readonly quota: Quota;
  readonly breaker: CircuitBreaker;
  readonly holds: Holds;
  readonly connections: (Connection | undefined)[];
  readonly attempts: Record<keyof DrainResult["attempts"], number>;
}

/**
 * How one pass ended. A `trip` stops all letters or those to one domain. An `error` of the store or of rendering a letter is
 * thrown after all connections are closed.
 */
export type End =
  | { readonly kind: "empty" }
  | { readonly kind: "stop"; readonly stop: Stop }
  | { readonly kind: "trip"; readonly trip: Trip }
  | { readonly kind: "down"; readonly result: SendResult }
  | { readonly kind: "rate"; readonly ms: number }
  | { readonly kind: "error"; readonly error: unknown };

/** The number of deliveries claimed at once for each connection. With this many, the cost of the commit is small. */
const CLAIMS_PER_CONNECTION = 16;

/** Sends until the claim queue ends, and then gives back the claims that were not started. With a probe, sends one message. */
export async function sendLoop(state: Drain, probe: Hold | null): Promise<End> {
  const { parts, limit, limiter, connections } = state;
  let end: End = { kind: "empty" };
  const note = (reason: End): void => {
    end = end.kind === "empty" || end.kind === "rate" ? reason : end;
  };
  const finish = (reason: End): void => {
    note(reason);
    queue.end();
  };
  const queue = openClaimQueue({
    claim: openClaims({ ...state, probe, onRate: (ms) => note({ kind: "rate", ms }) }),
    allowed: () => limiter.allowed(),
    batch: probe === null ? CLAIMS_PER_CONNECTION * limit.connections : 1,
    perDomain: limit.perDomain,
  });
  const over = new AbortController();
  const interrupt = (): void => {
    finish({ kind: "stop", stop: INTERRUPTED });
    void parts
      .sleep(limit.graceMs, over.signal)
      .then(() => over.signal.aborted || connections.forEach((connection) => connection?.abandon()));
  };
  parts.signal.addEventListener("abort", interrupt, { once: true });
  if (parts.signal.aborted) {
    finish({ kind: "stop", stop: INTERRUPTED });
  }
  // A stop for all messages also stops those before their gate. After an interruption, they are finished.
  const isStopped = (): boolean =>
    (end.kind === "stop" && end.stop.kind !== "interrupted") || (end.kind === "trip" && end.trip.domain === null);
  const worker = { state, queue, finish, isStopped, isProbe: probe !== null };
  await Promise.all(Array.from({ length: limit.connections }, (_, index) => work({ ...worker, index })));
  over.abort();
  parts.signal.removeEventListener("abort", interrupt);
  await returnClaims(state, await queue.remaining()).catch((error: unknown) => finish({ kind: "error", error }));
  return end;
}

async function returnClaims({ ledger, quota }: Drain, claims: readonly Claim[]): Promise<void> {
  await Promise.all(claims.map((claim) => ledger.giveBack(claim)));
  await quota.giveBack(claims.length);
}

interface Worker {
  readonly state: Drain;
  readonly queue: ClaimQueue;
  /** The number of its connection. */
  readonly index: number;
  readonly finish: (reason: End) => void;
  /** Whether no further message may be completed. */
  readonly isStopped: () => boolean;
  readonly isProbe: boolean;
}

/** A delivery that a connection works on or prepares. */
interface Job {
  readonly claim: Claim;
  /** Resolves with the message, or with null if it must not be sent. */
  readonly ready: Promise<Message | null>;
  /** The message, once it is ready. */
  message: Message | null;
}

function jobOf({ ledger }: Drain, claim: Claim): Job {
  const job: Job = { claim, message: null, ready: isAddress(claim) ? ledger.message(claim) : Promise.resolve(null) };
  job.ready.then(
    (message) => (job.message = message),
    // `attempt` awaits `ready` and handles the failure.
    () => undefined,
  );
  return job;
}

/**
 * Sends messages over one connection, one after the other, until the queue ends. Prepares the next message while one is sent.
 */
async function work(worker: Worker): Promise<void> {
  const { finish } = worker;
  let recorded: Promise<void> = Promise.resolve();
  try {
    for (let job = await nextJob(worker, null); job !== null;) {
      const { result, ahead } = await attempt(worker, job);
      await recorded;
      recorded = record(worker, job.claim, result);
      // Prevents an unhandled rejection until the promise is awaited above or below.
      recorded.catch(() => undefined);
      job = await nextJob(worker, ahead);
    }
    await recorded;
  } catch (error) {
    finish({ kind: "error", error });
  }
}

/** A job that was prepared while another message was sent. */
interface PreparedJob {
  readonly job: Job;
  /** Whether the envelope of the job may already have been sent. */
  pipelined: boolean;
}

/**
 * Returns the prepared job if this connection may continue, otherwise the next claim. A pipelined job continues unless the
 * queue has ended.
 */
async function nextJob({ state, queue, index }: Worker, ahead: PreparedJob | null): Promise<Job | null> {
  if (ahead !== null) {
    const { job, pipelined } = ahead;
    if (queue.mayBegin(index) || (pipelined && !queue.isEnded())) {
      queue.begin(job.claim);
      return job;
    }
    queue.putBack(job.claim);
  }
  // The server may allow fewer connections, so one that must wait is closed.
  if (!queue.mayBegin(index)) await state.connections[index]?.close();
  const claim = await queue.next(index);
  return claim === null ? null : jobOf(state, claim);
}

async function attempt(
  { state, queue, index, isStopped }: Worker,
  job: Job,
): Promise<{ readonly result: SendResult; readonly ahead: PreparedJob | null }> {
  const message = await job.ready;
  if (message === null) {
    return { result: UNSAFE, ahead: null };
  }
  let ahead: PreparedJob | null = null;
  const next = (): Message | null => {
    const following = ahead !== null && queue.mayBegin(index) ? ahead.job.message : null;
    if (ahead !== null) ahead.pipelined = following !== null;
    return following;
  };
  const { attempt: attemptNumber } = job.claim;
  const gate = (): Promise<boolean> => (isStopped() ? Promise.resolve(false) : state.ledger.gate(job.claim));
  const sending = connectionOf(state, index).send(message, gate, { attempt: attemptNumber, next });
  const claim = queue.ahead(index);
  ahead = claim && { job: jobOf(state, claim), pipelined: false };
  try {
    return { result: await sending, ahead };
  } catch (error) {
    if (claim !== null) queue.putBack(claim);
    throw error;
  }
}

/** Addresses are checked when they are added. This second check keeps an unsafe one out of headers and commands in any case. */
const UNSAFE: SendResult = { ...pendingResult("the address is invalid; nothing was sent"), state: "refused" };

function isAddress({ address }: Claim): boolean {
  const parsed = parseAddress(address, { isLocal: true });
  return parsed.ok && parsed.address === address;
}

function connectionOf({ connections, parts }: Drain, index: number): Connection {
  const connection = connections[index] ?? parts.transport.openConnection();
  connections[index] = connection;
  return connection;
}

/** Applies a result to the limits and records it. */
async function record(worker: Worker, claim: Claim, given: SendResult): Promise<void> {
  const { state, queue, finish } = worker;
  const { ledger, limiter, parts, attempts } = state;
  const result = worker.isProbe ? asProbe(given) : given;
  const isAlone = queue.working() <= 1;
  const isDown = limiter.record(result, isAlone);
  const stop = result.offered || isAlone ? stopFor(parts.transport.name, result) : null;
  const trip = stop === null && result.offered ? state.breaker.record(claim, result) : null;
  if (stop !== null) {
    finish({ kind: "stop", stop });
  } else if (trip !== null) {
    finish({ kind: "trip", trip });
  } else if (isDown) {
    finish({ kind: "down", result });
  }
  if (!result.offered) {
    queue.giveBack(claim);
    return;
  }
  queue.done(claim);
  attempts[result.state] += 1;
  await ledger.settle(claim, result);
  parts.onAttempt?.(claim, result);
}

/**
 * A refusal that says nothing about the reader does not end the letter of a probe, because the cause may still be the sender.
 */
function asProbe(result: SendResult): SendResult {
  const isBurned = result.state === "refused" && result.bounce === null && result.code !== null;
  return isBurned ? { ...result, state: "deferred" } : result;
}
