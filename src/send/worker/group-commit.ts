/** Adds an item to a group, and resolves with the result of the group. */
export type Grouped<T, R> = (item: T, isUrgent: boolean) => Promise<R>;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface Grouping {
  /** The time that the first item waits for others, in ms. */
  readonly ms: number;
  /** Returns the number of urgent items with which a group runs immediately. */
  readonly most: () => number;
}

/** While more items arrive, the first one waits at most this many times `ms`, because a busy process does little in `ms`. */
const MAX_WAIT_FACTOR = 5;

/**
 * Collects the items that arrive within a few milliseconds, or while a call is in progress, and runs them in one call, because
 * a commit that waits for the disk takes the same time for one delivery as for twenty. `run` returns one result for all items.
 * An item is urgent if its caller is blocked until it is done.
 */
export function grouped<T, R>(run: (items: readonly T[]) => Promise<R>, { ms, most }: Grouping): Grouped<T, R> {
  let waiting: Waiting<T, R>[] = [];
  let urgent = 0;
  let timer: NodeJS.Timeout | null = null;
  let check: NodeJS.Immediate | null = null;
  let busy = false;

  const flush = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    urgent = 0;
    clearTimeout(timer ?? undefined);
    clearImmediate(check ?? undefined);
    timer = null;
    check = null;
    busy = true;
    try {
      const result = await run(group.map(({ item }) => item));
      group.forEach(({ resolve }) => resolve(result));
    } catch (error) {
      group.forEach(({ reject }) => reject(error));
    }
    busy = false;
    start();
  };
  /** Waits as long as each turn of the event loop, which reads all received data, adds more items. */
  const flushUnlessMore = (until: number): void => {
    const seen = waiting.length;
    check = setImmediate(() => {
      if (waiting.length > seen && performance.now() < until) flushUnlessMore(until);
      else void flush();
    });
  };
  const start = (): void => {
    if (busy || waiting.length === 0) {
      return;
    }
    if (urgent >= most()) {
      void flush();
    } else {
      timer ??= setTimeout(() => flushUnlessMore(performance.now() + ms * (MAX_WAIT_FACTOR - 1)), ms);
    }
  };
  return (item, isUrgent) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      urgent += isUrgent ? 1 : 0;
      start();
    });
}
