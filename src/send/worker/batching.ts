/** How quickly the server answers, and what follows from it for commits that connections share. */
export interface Pace {
  /** The end of this delivery's data leaves now. */
  released(id: number): void;
  /** The attempt is over. */
  answered(id: number): void;
  /** For so many connections a commit waits at most. */
  together(): number;
}

/** Up to here a server counts as near, in ms. */
const NEAR = 10;

/** Among so many answers each new one counts as one. */
const MEMORY = 16;

/** Far from a server, this share of the connections has a commit of its own. */
const SHARE = 0.25;

/**
 * Beside a quick server the processor is what everything waits for, and few commits spare it most: all connections share one. Far
 * from one, time passes on the way: connections that wait for each other all ask at once, and then the line lies idle until all
 * are answered. In quarters, some connections speak while others wait. `now` gives milliseconds.
 */
export function openPace(connections: number, now: () => number): Pace {
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
    together: () => (mean <= NEAR ? connections : Math.max(1, Math.ceil(connections * SHARE))),
  };
}
