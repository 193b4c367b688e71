import type { Problem } from "./problems.js";

/** Settings by key; groups are nested trees. */
export type SettingsTree = { readonly [key: string]: unknown };
export type MutableTree = { [key: string]: unknown };
/** The keys that lead to a setting; numbers are indexes of a list. */
export type Path = readonly PropertyKey[];

/** One source of settings; `locate` returns the place of a path in it. */
export interface Layer {
  readonly tree: SettingsTree;
  readonly locate: (path: Path) => string;
  readonly problems: readonly Problem[];
}

/** Sets an own property of any name; a key such as `__proto__` must not change a prototype. */
export function setPath(tree: MutableTree, [key = "", ...rest]: readonly string[], value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(tree, key)?.value as unknown;
  const next = rest.length === 0 ? value : isTree(own) ? own : {};
  Object.defineProperty(tree, key, { value: next, enumerable: true, configurable: true, writable: true });
  if (rest.length > 0) setPath(next as MutableTree, rest, value);
}

/** Returns whether a value is a group of settings. */
export function isTree(value: unknown): value is SettingsTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
