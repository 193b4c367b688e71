import { environmentLayers } from "./environment.js";
import type { Variables } from "./environment.js";
import { isTree, setPath } from "./layer.js";
import type { Layer, MutableTree, Path, SettingsTree } from "./layer.js";
import { describeIssue, invalid } from "./problems.js";
import { secretSettings } from "./redact.js";
import { settingsSchema } from "./schema.js";
import type { Settings } from "./schema.js";
import { fileLayer } from "./settings-file.js";

/** The validated settings, frozen, with the origin of each. */
export interface Config {
  readonly settings: Settings;
  /** `view.limit` -> `paperboy.yaml:4:10`, `.env:2: PAPERBOY_VIEW_LIMIT` or `PAPERBOY_VIEW_LIMIT`. */
  readonly origins: ReadonlyMap<string, string>;
  /** Returns a setting with its origin, for messages: `paperboy.yaml:3:6: to.1`. */
  readonly placeOf: (setting: string) => string;
}

/** The home folder and the variables from which settings are read. */
export interface ConfigInput {
  readonly home: string;
  readonly environment: Variables;
  /** Called with every secret of the settings, also when they are invalid. */
  readonly learn?: (secrets: readonly string[]) => void;
}

/**
 * Reads the configuration: defaults < file < `.env` < environment.
 * @throws PaperboyError `config-invalid` for unknown and invalid settings, with the place, the key and the expected value;
 *   `io-failed` for a file that cannot be read.
 */
export function loadConfig(input: ConfigInput): Config {
  const layers = [fileLayer(input.home), ...environmentLayers(input.home, input.environment)];
  const merged: MutableTree = {};
  const origins = new Map<string, string>();
  for (const layer of layers) mergeTree(merged, { layer, origins, tree: layer.tree, path: [] });
  input.learn?.(secretSettings(merged));
  const placeOf = (setting: string) => placeIn(origins, setting);
  // Generating code for the schema would take longer than one validation without it.
  const checked = settingsSchema.safeParse(merged, { jitless: true });
  const problems = [
    ...layers.flatMap((layer) => layer.problems),
    ...(checked.success ? [] : checked.error.issues.flatMap((issue) => describeIssue(issue, placeOf))),
  ];
  if (!checked.success || problems.length > 0) throw invalid(problems);
  return { settings: Object.freeze(checked.data), origins, placeOf };
}

interface Merge {
  readonly layer: Layer;
  readonly origins: Map<string, string>;
  readonly tree: SettingsTree;
  readonly path: Path;
}

function mergeTree(target: MutableTree, { layer, origins, tree, path }: Merge): void {
  for (const [key, value] of Object.entries(tree)) {
    const here = [...path, key];
    if (isTree(value)) {
      const inner = isTree(target[key]) ? { ...target[key] } : {};
      mergeTree(inner, { layer, origins, tree: value, path: here });
      setPath(target, [key], inner);
    } else {
      setPath(target, [key], value);
      forgetItems(origins, `${here.join(".")}.`);
    }
    noteOrigins(value, { layer, origins, path: here });
  }
}

/** Drops the origins of the items of a list, because a list replaces the whole list of a lower layer. */
function forgetItems(origins: Map<string, string>, start: string): void {
  for (const known of origins.keys()) if (known.startsWith(start)) origins.delete(known);
}

function noteOrigins(value: unknown, { layer, origins, path }: Omit<Merge, "tree">): void {
  origins.set(path.join("."), layer.locate(path));
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    const here = [...path, index];
    noteOrigins(item, { layer, origins, path: here });
    if (isTree(item))
      for (const [key, part] of Object.entries(item)) noteOrigins(part, { layer, origins, path: [...here, key] });
  }
}

/** Returns a setting with its origin, or with the origin of its nearest parent. */
function placeIn(origins: ReadonlyMap<string, string>, setting: string): string {
  for (let parts = setting.split("."); parts.length > 0; parts = parts.slice(0, -1)) {
    const origin = origins.get(parts.join("."));
    if (origin !== undefined) return `${origin}: ${setting}`;
  }
  return setting;
}
