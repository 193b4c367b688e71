/** Runs many small calls as a few large ones. */
export type Grouped<T, R> = (item: T, isUrgent: boolean) => Promise<R>;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface Grouping {
  /** How long the first item waits for others, in ms. */
  readonly ms: number;
  /** Returns how many urgent items make a group run at once. */
  readonly most: () => number;
}

/** While more items arrive, the first one waits at most this many times `ms`: a busy process gets little done in `ms`. */
const PATIENCE = 5;

/**
 * Collects the items that arrive within a few milliseconds, or while a call is in progress, and runs them in one call: a commit
 * that waits for the disk costs the same for one delivery as for twenty. `run` returns one result for all items. An item is
 * urgent when its caller is blocked until it is done.
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
  /** Waits as long as each turn of the event loop, which reads everything received, brings more items. */
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

/** Chooses how many connections share one commit, by how quickly the server answers. */
export interface Batching {
  /** The end of this delivery's data is about to be sent. */
  released(id: number): void;
  /** The attempt is over. */
  answered(id: number): void;
  /** Returns how many connections a commit waits for at most. */
  size(): number;
}

/** Up to this mean answer time, in ms, a server counts as near. */
const NEAR = 10;

/** The weight of one answer in the moving mean is 1/16. */
const MEMORY = 16;

/** For a distant server, this share of the connections shares a commit. */
const SHARE = 0.25;

/**
 * Near a quick server the processor is the bottleneck, and few commits save the most: all connections share one. With a distant
 * server, connections that wait for a shared commit leave the network idle: in quarters, some send while others wait. `now`
 * returns milliseconds.
 */
export function openBatching(connections: number, now: () => number): Batching {
  const since = new Map<number, number>();
  let mean = 0;
  return {
    released: (id) => void since.set(id, now()),
    answered: (id) => {
      const start = since.get(id);
      if (start === undefined) return;
      since.delete(id);
      mean += (now() - start - mean) / MEMORY;
    },
    size: () => (mean <= NEAR ? connections : Math.max(1, Math.ceil(connections * SHARE))),
  };
}
