import type { PageKind } from "../../core/model.js";
import type { Channel, Frequency, PushStore, SavedEdition } from "../../store/store.js";

/** Which editions a target gets. */
export interface PushWish {
  readonly name: string;
  readonly sources: readonly Frequency[];
}

const FREQUENCY_OF: Readonly<Partial<Record<PageKind, Frequency>>> = { week: "weekly", month: "monthly" };

/**
 * Puts every edition that may still go out in line for the targets that want it; what is there stays as it is.
 * An edition is for readers of one frequency, and so for the targets of the same.
 */
export async function planPushes(
  editions: readonly SavedEdition[],
  {
    pushes,
    wishes,
    channel,
    now,
  }: {
    readonly pushes: PushStore;
    readonly wishes: readonly PushWish[];
    readonly channel: Channel;
    readonly now: Date;
  },
): Promise<void> {
  const open = editions.filter((saved) => saved.channel === channel && saved.sendBefore > now);
  for (const { edition, sendBefore } of open.toReversed()) {
    const frequency = FREQUENCY_OF[edition.kind] ?? "daily";
    const targets = wishes.filter(({ sources }) => sources.includes(frequency)).map(({ name }) => name);
    if (targets.length > 0) await pushes.plan({ editionId: edition.id, targets, sendBefore }, now);
  }
}
