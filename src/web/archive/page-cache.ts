import type { Desk } from "../context.js";

/** Keeps what was made from the archive until the archive changes, so that many visitors cost what one does. */
export interface Shelf {
  /** What stands under a name, made when it is not there; what is null is not kept. */
  take<T extends object>(name: string, make: () => Promise<T | null>): Promise<T | null>;
}

/** More than is read on a busy day; the one that was longest not asked for makes room. */
const MOST_KEPT = 64;

/** Opens the shelf of one site. */
export function openShelf({ store }: Pick<Desk, "store">): Shelf {
  let version = "";
  const kept = new Map<string, object>();
  return {
    take: async <T extends object>(name: string, make: () => Promise<T | null>): Promise<T | null> => {
      const now = await store.archive.version();
      if (now !== version) kept.clear();
      version = now;
      const known = kept.get(name) as T | undefined;
      const found = known ?? (await make());
      // Whatever was made of an archive that has changed meanwhile is not kept.
      if (found === null || version !== now) return found;
      kept.delete(name);
      kept.set(name, found);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return found;
    },
  };
}
