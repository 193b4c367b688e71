import type { Problem } from "./problems.js";

/** Settings by key. A group of settings is a nested tree. */
export type SettingsTree = { readonly [key: string]: unknown };
export type MutableTree = { [key: string]: unknown };
/** The keys from the root to a setting; a number is an index in a list. */
export type Path = readonly PropertyKey[];

/** One source of settings. `locate` returns where it sets a path, for messages. */
export interface Layer {
  readonly tree: SettingsTree;
  readonly locate: (path: Path) => string;
  readonly problems: readonly Problem[];
}

/** Sets a value at a path. Every key becomes an own property, even `__proto__`, so that no prototype changes. */
export function setPath(tree: MutableTree, [key = "", ...rest]: readonly string[], value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(tree, key)?.value as unknown;
  const next = rest.length === 0 ? value : isTree(own) ? own : {};
  Object.defineProperty(tree, key, { value: next, enumerable: true, configurable: true, writable: true });
  if (rest.length > 0) setPath(next as MutableTree, rest, value);
}

/** Whether a value is a group of settings. */
export function isTree(value: unknown): value is SettingsTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
