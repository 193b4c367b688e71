import type { Config } from "./config.js";
import { MASK } from "../core/mask.js";
import { maskUrl } from "./mask-url.js";
import { secrecyOf } from "./schema.js";
import type { Secrecy } from "./shapes.js";

/** A setting with its value and its origin. */
export interface EffectiveSetting {
  /** The path of the setting, such as `view.limit`. */
  readonly setting: string;
  /** Masked when it is secret. */
  readonly value: unknown;
  /** `default`, `paperboy.yaml:4:10`, `.env:2: PAPERBOY_FROM` or `PAPERBOY_FROM`. */
  readonly from: string;
}

/** Returns every setting that has a value, in the order of the schema, with secrets masked. A list is one value. */
export function effectiveSettings({ settings, origins }: Pick<Config, "settings" | "origins">): EffectiveSetting[] {
  return leavesOf(settings, []).map(([path, value]) => {
    const setting = path.join(".");
    return { setting, value: masked(setting, value), from: origins.get(setting) ?? "default" };
  });
}

type Leaf = readonly [path: readonly string[], value: unknown];

function leavesOf(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** How a secret setting is shown, by what is secret about it. */
const MASKED: Readonly<Record<Secrecy, (value: string) => string>> = {
  value: () => MASK,
  url: (url) => maskUrl(url, { path: true }),
  userinfo: (url) => maskUrl(url),
};

function masked(setting: string, value: unknown): unknown {
  const secrecy = secrecyOf(setting);
  return secrecy === null ? value : MASKED[secrecy](String(value));
}
