/** The fields of a header or of a report: lower-case names, each with all its values. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** Limits that no genuine report reaches. Everything beyond them is ignored. */
const MAX_TEXT = 128 * 1024;
const MAX_GROUPS = 64;
const MAX_FIELDS = 256;
const MAX_VALUE = 4096;

/**
 * Parses groups of fields separated by empty lines, the format of message/delivery-status (RFC 3464, section 2.1) and
 * message/feedback-report (RFC 5965, section 3). Folded lines are joined. Lines that are not fields are skipped.
 */
export function readGroups(text: string): readonly Fields[] {
  return text
    .slice(0, MAX_TEXT)
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n/)
    .slice(0, MAX_GROUPS)
    .map(readFields)
    .filter((group) => group.size > 0);
}

function readFields(text: string): Fields {
  const fields = new Map<string, readonly string[]>();
  const lines = text.replaceAll(/\n(?=[ \t])/g, "").split("\n");
  for (const line of lines.slice(0, MAX_FIELDS)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    // RFC 5322, section 2.2: a name is printable ASCII without a colon.
    if (!/^[!-9;-~]{1,80}$/.test(name)) continue;
    add(fields, name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** Parses the header of a message that a report contains. */
export function readHeader(text: string): Fields {
  return readGroups(text.replace(/^\s+/, ""))[0] ?? new Map();
}

/** Groups parsed fields by name. */
export function collectFields(pairs: Iterable<readonly [name: string, value: string]>): Fields {
  const fields = new Map<string, readonly string[]>();
  for (const [name, value] of pairs) add(fields, name.toLowerCase(), value);
  return fields;
}

function add(fields: Map<string, readonly string[]>, name: string, value: string): void {
  const known = fields.get(name) ?? [];
  if (known.length < MAX_GROUPS) fields.set(name, [...known, value.slice(0, MAX_VALUE)]);
}

/** Returns the first value of a field; null if it is absent. */
export function firstOf(fields: Fields, name: string): string | null {
  return fields.get(name)?.[0] ?? null;
}

/** Returns all values of these fields. */
export function allOf(fields: Fields, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => fields.get(name) ?? []);
}
