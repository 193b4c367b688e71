/** Runs many small calls as few large ones. */
export type Grouped<T, R> = (item: T, isUrgent: boolean) => Promise<R>;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface Grouping {
  /** How long the first one waits for others, in ms. */
  readonly ms: number;
  /** When so many urgent ones are there, no more are waited for. */
  readonly most: () => number;
}

/** While others keep coming, the first one waits so many times as long: a process that is busy gets little done in `ms`. */
const PATIENCE = 5;

/**
 * Collects what comes within a few milliseconds, or while the call before is under way, and runs it in one call. A commit
 * that waits for the disk costs the same for one delivery as for twenty. `run` answers all items with one result. An item is
 * urgent when somebody can do nothing before it is done.
 */
export function grouped<T, R>(run: (items: readonly T[]) => Promise<R>, { ms, most }: Grouping): Grouped<T, R> {
  let waiting: Waiting<T, R>[] = [];
  let urgent = 0;
  let timer: NodeJS.Timeout | null = null;
  let look: NodeJS.Immediate | null = null;
  let busy = false;

  const flush = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    urgent = 0;
    clearTimeout(timer ?? undefined);
    clearImmediate(look ?? undefined);
    timer = null;
    look = null;
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
  /** Whether a turn of the event loop, in which all that has arrived is read, brings more. */
  const flushUnlessMore = (until: number): void => {
    const seen = waiting.length;
    look = setImmediate(() => {
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
      timer ??= setTimeout(() => flushUnlessMore(performance.now() + ms * (PATIENCE - 1)), ms);
    }
  };
  return (item, isUrgent) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      urgent += isUrgent ? 1 : 0;
      start();
    });
}
