import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** After so many letters the code that they need has been loaded: what was compiled ahead of it is of no use under another setting. */
const FEW_LETTERS = 5;

/** By how much of what is in use V8 lets its memory grow before it looks for what is not (percent). */
const GROWTH = 30;

/** How much V8 may set aside for what was just made, in bytes. By itself it takes twice as much or more, and is no quicker for it. */
const YOUNG = 16 * 2 ** 20;

/**
 * The same work, for many times in a row. Each letter leaves megabytes behind that nobody needs, and V8, which has room,
 * would let them lie: a run of forty letters held 70 MB more than it used.
 */
export function thriftily<T, R>(work: (item: T) => Promise<R>): (item: T) => Promise<R> {
  const step = thriftyEvery(FEW_LETTERS);
  return (item) => {
    step();
    return work(item);
  };
}

/** What work of many steps calls at each of them. Nothing happens before so many, and from then on each time after as many. */
export function thriftyEvery(steps: number): () => void {
  let count = 0;
  return () => {
    count += 1;
    if (count === steps) growSlowly();
    if (count % steps === 0) boundYoung();
  };
}

/** The new setting holds from the next collection on, which V8 would put off to twice the memory: one is asked for. */
function growSlowly(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}

/**
 * What was just made is collected most often and most quickly, in a space of its own that V8 doubles where much of it
 * stays, up to 32 MB and more. It also makes it smaller where little was made for a while, and then it must grow again: so this is
 * looked after now and then.
 */
function boundYoung(): void {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
  setFlagsFromString(`--semi-space-growth-factor=${young < YOUNG ? 2 : 1}`);
}
