import { releaseHolds } from "../send/worker/holds.js";
import type { Store } from "../store/store.js";

/** Whether the operator has paused all sending (`paperboy pause`). */
export async function isPaused({ runs }: Pick<Store, "runs">): Promise<boolean> {
  return (await runs.get("paused")) === true;
}

/** Pauses or resumes all sending. Resuming also releases letters that were held after refusals. */
export async function setPaused({ runs }: Pick<Store, "runs">, paused: boolean): Promise<void> {
  await runs.set("paused", paused);
  if (!paused) await releaseHolds(runs, "smtp");
}
