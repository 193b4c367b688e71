/**
 * Wraps data so that reading an unknown name throws. The strict mode of Handlebars covers `{{name}}` but not `{{#if name}}` or
 * `{{wrap name}}`, where a typo would silently drop a part of the letter.
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

/** Names that Handlebars reads on every value. */
const READ_BY_HANDLEBARS: ReadonlySet<string> = new Set(["toHTML", "toString", "valueOf"]);

function isKnown(target: object, name: string): boolean {
  return Array.isArray(target) || READ_BY_HANDLEBARS.has(name);
}
