/** Runs many small calls as few large ones. */
export type Grouped<T, R> = (item: T, isUrgent: boolean) => Promise<R>;

interface Waiting<T, R> {
  readonly item: T;
  /** Whether somebody can do nothing before it is done. */
  readonly isUrgent: boolean;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface Grouping {
  /** How long the first one waits for others, in ms. */
  readonly ms: number;
  /** When so many urgent ones are there, no more are waited for: there is nobody left who could bring another. */
  readonly most: number;
}

/**
 * Collects what comes within a few milliseconds, or while the call before is under way, and runs it in one call. A commit
 * that waits for the disk costs the same for one delivery as for twenty. `run` answers all items with one result.
 */
export function grouped<T, R>(run: (items: readonly T[]) => Promise<R>, { ms, most }: Grouping): Grouped<T, R> {
  let waiting: Waiting<T, R>[] = [];
  let timer: NodeJS.Timeout | null = null;
  let busy = false;

  const flush = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    busy = true;
    timer = null;
    try {
      const result = await run(group.map(({ item }) => item));
      group.forEach(({ resolve }) => resolve(result));
    } catch (error) {
      group.forEach(({ reject }) => reject(error));
    }
    busy = false;
    start();
  };
  const start = (): void => {
    if (busy || waiting.length === 0) {
      return;
    }
    if (waiting.filter(({ isUrgent }) => isUrgent).length >= most) {
      clearTimeout(timer ?? undefined);
      void flush();
    } else {
      timer ??= setTimeout(() => void flush(), ms);
    }
  };
  return (item, isUrgent) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, isUrgent, resolve, reject });
      start();
    });
}
