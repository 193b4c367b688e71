import { setTimeout as wait } from "node:timers/promises";

/** Resolves when a signal is aborted, for example because the process should stop. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** Resolves after `ms`, or when the signal is aborted. Never rejects. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, null, { signal }).catch(() => null);
}
