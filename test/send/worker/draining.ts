import { afterEach } from "vitest";
import type { Letter } from "../../../src/core/model.js";
import { drain } from "../../../src/send/worker/drain.js";
import type { DrainParts, DrainResult } from "../../../src/send/worker/types.js";
import type { Transport } from "../../../src/send/transport.js";
import { smtpTransport } from "../../../src/send/smtp/connection.js";
import type { SmtpTimes } from "../../../src/send/smtp/session.js";
import type { SmtpSettings } from "../../../src/send/smtp/settings.js";
import { memoryLedger, type MemoryLedger, type MemoryOptions } from "../../support/memory-ledger.js";
import { type RawSmtp, type Smtp, type SmtpOptions, startRawSmtp, startSmtp } from "../../support/smtp.js";
import { CONTEXT, LETTER } from "../message/letters.js";

/**
 * Short enough to detect silence within a test, long enough for a letter of megabytes on a busy machine. No test asserts
 * durations.
 */
export const SHORT: SmtpTimes = { connect: 600, greeting: 300, command: 200, data: 600, reply: 600 };

export const NOW = new Date("2026-03-10T06:00:00Z");

const open: { close(): Promise<void> }[] = [];

/** Closes the servers that a test opened, in reverse order. */
export function closeServersAfterEach(): void {
  afterEach(async () => {
    for (const server of open.splice(0).toReversed()) {
      await server.close();
    }
  });
}

export async function sink(options: SmtpOptions = {}): Promise<Smtp> {
  const server = await startSmtp(options);
  open.push(server);
  return server;
}

export async function scriptedServer(...args: Parameters<typeof startRawSmtp>): Promise<RawSmtp> {
  const server = await startRawSmtp(...args);
  open.push(server);
  return server;
}

/** Returns invented readers, each at a different domain unless one is given. */
export function readers(count: number, domain?: string): string[] {
  return Array.from({ length: count }, (_, index) => `reader${index + 1}@${domain ?? `d${index + 1}.example.com`}`);
}

export function transportTo(port: number, settings: Partial<SmtpSettings> = {}): Transport {
  return smtpTransport({
    settings: { host: "127.0.0.1", port, secure: false, login: null, allowPlaintext: false, ...settings },
    times: SHORT,
  });
}

export interface DrainSetup extends MemoryLedger {
  /** Pauses that the drain requested, in ms; none takes real time. */
  readonly pauses: readonly number[];
  readonly run: (parts?: Partial<DrainParts>) => Promise<DrainResult>;
}

/** Returns an in-memory ledger with these readers, and a drain over it whose sleeps take no time. */
export function drainSetup(
  port: number,
  options: Partial<MemoryOptions> & { readonly letter?: Letter } = {},
): DrainSetup {
  const memory = memoryLedger({ addresses: readers(1), letter: LETTER, ...options });
  return { ...memory, ...drainOver(memory, port) };
}

/** Returns a drain over a ledger whose sleeps take no time. */
export function drainOver(
  { ledger, editions, runs }: Pick<DrainParts, "ledger" | "editions" | "runs">,
  port: number,
): Pick<DrainSetup, "pauses" | "run"> {
  const pauses: number[] = [];
  const run = (parts: Partial<DrainParts> = {}): Promise<DrainResult> =>
    drain({
      ledger,
      editions,
      runs,
      transport: transportTo(port),
      editionIds: [],
      context: ({ preparedAt }) => ({ ...CONTEXT, date: preparedAt }),
      clock: () => NOW,
      wall: () => NOW.getTime(),
      sleep: async (ms, signal) => {
        // The grace period after an abort uses a real timer; tests of it pass their own.
        if (!signal.aborted && ms !== GRACE) {
          pauses.push(ms);
        }
        await (ms === GRACE ? new Promise((resolve) => signal.addEventListener("abort", resolve)) : undefined);
      },
      random: () => 0,
      signal: new AbortController().signal,
      ...parts,
      limits: { groupMs: 0, ...parts.limits },
    });
  return { pauses, run };
}

const GRACE = 25_000;
