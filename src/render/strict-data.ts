/**
 * Data in which a name that does not exist is an error, however a template asks for it. Handlebars' own strict mode covers
 * `{{name}}` but not `{{#if name}}` or `{{wrap name}}`, where a typo would drop a part of the letter in silence.
 */
export function strictData<T extends object>(data: T): T {
  return new Proxy(data, {
    get(target, name) {
      if (typeof name === "string" && !Object.hasOwn(target, name) && !isKnown(target, name)) {
        throw new Error(`"${name}" is not defined`);
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "object" && value !== null ? strictData(value) : value;
    },
  });
}

/** Names that Handlebars itself looks for on any value. */
const BY_HANDLEBARS: ReadonlySet<string> = new Set(["toHTML", "toString", "valueOf"]);

function isKnown(target: object, name: string): boolean {
  return Array.isArray(target) || BY_HANDLEBARS.has(name);
}
