/** A JSON object as it came: nothing is known of its keys. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (and no list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys such as `paper.title`; undefined where a step is missing. Inherited keys do not count. */
export function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** A JSON text as a value, or undefined when it is none (JSON itself cannot say undefined). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
