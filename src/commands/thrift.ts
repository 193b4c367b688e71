import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** After so many the code that they need has been loaded: what was compiled ahead of it is of no use under another setting. */
const FEW = 5;

/** By how much of what is in use V8 lets its memory grow before it looks for what is not (percent). */
const GROWTH = 30;

/**
 * The same work, for many times in a row. Each letter leaves megabytes behind that nobody needs, and V8, which has room,
 * would let them lie: a run of forty letters held 50 MB more than it used.
 */
export function thriftily<T, R>(work: (item: T) => Promise<R>): (item: T) => Promise<R> {
  let times = 0;
  return (item) => {
    times += 1;
    if (times === FEW) growSlowly();
    return work(item);
  };
}

/** The new setting holds from the next collection on, which V8 would put off to twice the memory: one is asked for. */
function growSlowly(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
