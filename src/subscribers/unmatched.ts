import { maskAddress } from "../core/address.js";
import type { View } from "../core/model.js";
import { EDITIONS_OF_A_WEEK, editionsOfWeek, isSelective, unmatchedIn } from "../rank/unmatched.js";
import type { EditionStore, NewSubscriber } from "../store/store.js";

interface UnmatchedParts {
  readonly editions: Pick<EditionStore, "recent">;
  readonly now: Date;
  readonly warn: (text: string) => void;
}

/** Collects the readers whose view matched nothing in the last week. */
export interface UnmatchedReaders {
  readonly add: (reader: Pick<NewSubscriber, "address" | "view">) => Promise<void>;
  /** Warns of them, if there are any. */
  readonly report: () => void;
}

/** The most readers that the warning names. */
const MOST_NAMED = 3;

/** Compares the views of readers with the papers of the last week, which it reads for the first view that selects papers. */
export function openUnmatched({ editions, now, warn }: UnmatchedParts): UnmatchedReaders {
  let isUnmatched: ((view: View) => boolean) | null = null;
  const named: string[] = [];
  let count = 0;
  return {
    add: async ({ address, view }) => {
      if (!isSelective(view)) return;
      isUnmatched ??= unmatchedIn(editionsOfWeek(await editions.recent(EDITIONS_OF_A_WEEK), now));
      if (!isUnmatched(view)) return;
      count += 1;
      if (named.length < MOST_NAMED) named.push(maskAddress(address));
    },
    report: () => {
      if (count === 0) return;
      const more = count > named.length ? ` and ${count - named.length} more` : "";
      warn(
        `no paper of the last week matches the view of ${named.join(", ")}${more}, who get a letter only when one does`,
      );
    },
  };
}
