import { environmentLayers } from "./environment.js";
import type { Variables } from "./environment.js";
import { isTree, setPath } from "./layer.js";
import type { Layer, MutableTree, Path, SettingsTree } from "./layer.js";
import { describeIssue, invalid } from "./problems.js";
import { settingsSchema } from "./schema.js";
import type { Settings } from "./schema.js";
import { secretSettings } from "./secrets.js";
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
  const merged = layers.reduce<SettingsTree>((lower, { tree }) => merge(lower, tree), {});
  input.learn?.(secretSettings(merged));
  const origins = new Map(pathsIn(merged, []).map((path) => [path.join("."), originOf(path, layers)]));
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

/** Merges groups of settings. Any other value, also a list, replaces that of the lower layer. */
function merge(lower: SettingsTree, upper: SettingsTree): SettingsTree {
  const merged: MutableTree = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key];
    setPath(merged, [key], isTree(value) && isTree(below) ? merge(below, value) : value);
  }
  return merged;
}

/** Returns the paths of all settings, groups and items of lists. */
function pathsIn(value: unknown, path: Path): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    return [here, ...pathsIn(inner, here)];
  });
}

/** Returns where a path is set: in the highest layer that has it. */
function originOf(path: Path, layers: readonly Layer[]): string {
  return layers.findLast(({ tree }) => isIn(tree, path))?.locate(path) ?? "";
}

function isIn(value: unknown, [key, ...rest]: Path): boolean {
  if (key === undefined) return true;
  return (
    typeof value === "object" && value !== null && Object.hasOwn(value, key) && isIn(Reflect.get(value, key), rest)
  );
}

/** Returns a setting with its origin, or with the origin of its nearest parent. */
function placeIn(origins: ReadonlyMap<string, string>, setting: string): string {
  for (let parts = setting.split("."); parts.length > 0; parts = parts.slice(0, -1)) {
    const origin = origins.get(parts.join("."));
    if (origin !== undefined) return `${origin}: ${setting}`;
  }
  return setting;
}
