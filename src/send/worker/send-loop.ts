import type { Claim } from "../../store/store.js";
import { parseAddress } from "../message/address.js";
import type { ReadyMessage } from "../message/body.js";
import { pendingResult, type SendResult } from "../send-result.js";
import type { Connection } from "../transport.js";
import { type CircuitBreaker, INTERRUPTED, type Stop, stopFor } from "./circuit-breaker.js";
import { type ClaimQueue, openClaimQueue } from "./claim-queue.js";
import type { ConcurrencyLimiter } from "./concurrency-limiter.js";
import type { LedgerWriter } from "./ledger-writer.js";
import type { Quota } from "./quota.js";
import { type DrainLimits, type DrainParts, type DrainResult, MAX_CONNECTIONS } from "./types.js";

/** The state that all passes of one drain share. */
export interface Drain {
  readonly parts: DrainParts;
  readonly limit: DrainLimits;
  readonly ledger: LedgerWriter;
  readonly limiter: ConcurrencyLimiter;
  readonly quota: Quota;
  readonly breaker: CircuitBreaker;
  readonly connections: (Connection | undefined)[];
  readonly attempts: Record<keyof DrainResult["attempts"], number>;
}

/** How one pass ended. `error` came from the store or from rendering a letter, and is thrown once all connections are closed. */
export type End =
  | { readonly kind: "empty" }
  | { readonly kind: "stop"; readonly stop: Stop }
  | { readonly kind: "down"; readonly result: SendResult }
  | { readonly kind: "rate"; readonly ms: number }
  | { readonly kind: "error"; readonly error: unknown };

/** Deliveries claimed at once for each connection: enough to make the cost of that commit small. */
const CLAIMS_PER_CONNECTION = 16;

/** Sends until the claim queue ends, for any reason; then gives back the claims that were not started. */
export async function sendLoop(state: Drain): Promise<End> {
  const { parts, limit, limiter, connections } = state;
  let end: End = { kind: "empty" };
  const note = (reason: End): void => {
    end = end.kind === "empty" ? reason : end;
  };
  const finish = (reason: End): void => {
    note(reason);
    queue.end();
  };
  const count = Math.min(limit.connections, MAX_CONNECTIONS);
  const queue = openClaimQueue({
    claim: (most, except) => claimWithinQuota(state, { most, except, note }),
    allowed: () => limiter.allowed(),
    batch: CLAIMS_PER_CONNECTION * count,
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
  // What stops all messages also stops those before their gate; after an interruption they are finished.
  const isStopped = (): boolean => end.kind === "stop" && end.stop.kind !== "interrupted";
  await Promise.all(Array.from({ length: count }, (_, index) => work({ state, queue, index, finish, isStopped })));
  over.abort();
  parts.signal.removeEventListener("abort", interrupt);
  await giveBack(state, await queue.remaining(), finish);
  return end;
}

interface ClaimRequest {
  readonly most: number;
  readonly except: readonly string[];
  /** Records why the pass ends, while deliveries already claimed are still sent. */
  readonly note: (reason: End) => void;
}

/** Counts messages before they are sent: a crash may waste permits, but never exceeds the limit. */
async function claimWithinQuota({ quota, ledger }: Drain, { most, except, note }: ClaimRequest) {
  const { permits, waitMs } = await quota.take(most);
  if (permits === 0) {
    note({ kind: "rate", ms: waitMs });
    return [];
  }
  const claims = await ledger.claim(permits, except);
  await quota.giveBack(permits - claims.length);
  return claims;
}

async function giveBack({ ledger, quota }: Drain, claims: readonly Claim[], finish: (end: End) => void) {
  try {
    await Promise.all(claims.map((claim) => ledger.settle(claim, pendingResult("claimed, but not started"))));
    await quota.giveBack(claims.length);
  } catch (error) {
    finish({ kind: "error", error });
  }
}

interface Worker {
  readonly state: Drain;
  readonly queue: ClaimQueue;
  /** The number of its connection. */
  readonly index: number;
  readonly finish: (reason: End) => void;
  /** Returns whether no message may be completed any more. */
  readonly isStopped: () => boolean;
}

/** A delivery that a connection works on or prepares. */
interface Job {
  readonly claim: Claim;
  /** Resolves with the message; null when it must not be sent. */
  readonly ready: Promise<ReadyMessage | null>;
  /** The message, once it is ready. */
  message: ReadyMessage | null;
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

/** Serves one connection: sends one message after the other until the queue ends, and prepares the next meanwhile. */
async function work(worker: Worker): Promise<void> {
  const { state, queue, finish } = worker;
  let recorded: Promise<void> = Promise.resolve();
  try {
    for (let job = await nextJob(worker, null); job !== null;) {
      const { result, ahead } = await attempt(worker, job);
      await recorded;
      recorded = record(state, queue, { claim: job.claim, result, finish });
      // Awaited above or below; this prevents an unhandled rejection meanwhile.
      recorded.catch(() => undefined);
      job = await nextJob(worker, ahead);
    }
    await recorded;
  } catch (error) {
    finish({ kind: "error", error });
  }
}

/** A job prepared while another message was sent. */
interface PreparedJob {
  readonly job: Job;
  /** Whether its envelope may have been sent already. */
  pipelined: boolean;
}

/** Returns the prepared job unless the connection may not continue; a pipelined one is finished unless the queue ended. */
async function nextJob({ state, queue, index }: Worker, ahead: PreparedJob | null): Promise<Job | null> {
  if (ahead !== null) {
    const { job, pipelined } = ahead;
    if (queue.mayBegin(index) || (pipelined && !queue.isEnded())) {
      queue.begin(job.claim);
      return job;
    }
    queue.putBack(job.claim);
  }
  // The server may allow fewer connections: one that has to wait gives up its own.
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
  const next = (): ReadyMessage | null => {
    const following = ahead !== null && queue.mayBegin(index) ? ahead.job.message : null;
    if (ahead !== null) ahead.pipelined = following !== null;
    return following;
  };
  const { attempt: nth } = job.claim;
  const gate = (): Promise<boolean> => (isStopped() ? Promise.resolve(false) : state.ledger.gate(job.claim));
  const sending = connectionOf(state, index).send(message, gate, { attempt: nth, next });
  const claim = queue.ahead(index);
  ahead = claim && { job: jobOf(state, claim), pipelined: false };
  try {
    return { result: await sending, ahead };
  } catch (error) {
    if (claim !== null) queue.putBack(claim);
    throw error;
  }
}

/** Addresses are checked when they are added; an unsafe one must not reach a header or a command all the same. */
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

interface Attempted {
  readonly claim: Claim;
  readonly result: SendResult;
  readonly finish: (reason: End) => void;
}

function breakerStop({ breaker }: Drain, result: SendResult): Stop | null {
  return result.offered ? breaker.record(result) : null;
}

/** Applies a result to the limits, and records it. */
async function record(state: Drain, queue: ClaimQueue, { claim, result, finish }: Attempted): Promise<void> {
  const { ledger, limiter, parts, attempts } = state;
  const isAlone = queue.working() <= 1;
  const isDown = limiter.record(result, isAlone);
  const isSurplus = !result.offered && !isAlone;
  const stop = isSurplus ? null : (stopFor(parts.transport.name, result) ?? breakerStop(state, result));
  if (stop !== null) {
    finish({ kind: "stop", stop });
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
