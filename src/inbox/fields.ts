/** Fields of a header or of a report, by their names in lower case; a name may come again. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** More than this no honest report has, and nobody reads further. */
const MOST_TEXT = 128 * 1024;
const MOST_GROUPS = 64;
const MOST_FIELDS = 256;
const MOST_VALUE = 4096;

/**
 * Reads groups of fields, with an empty line between them, as message/delivery-status (RFC 3464 section 2.1) and
 * message/feedback-report (RFC 5965 section 3) have them; folded lines are joined. What is no field is passed over.
 */
export function readGroups(text: string): readonly Fields[] {
  return text
    .slice(0, MOST_TEXT)
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n/)
    .slice(0, MOST_GROUPS)
    .map(readFields)
    .filter((group) => group.size > 0);
}

/** Reads one group: the fields up to the first empty line, such as a header. */
function readFields(text: string): Fields {
  const fields = new Map<string, readonly string[]>();
  const lines = text.replaceAll(/\n(?=[ \t])/g, "").split("\n");
  for (const line of lines.slice(0, MOST_FIELDS)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    // RFC 5322 section 2.2: a name is printable ASCII without the colon.
    if (!/^[!-9;-~]{1,80}$/.test(name)) continue;
    add(fields, name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** The header of a message that stands within a report. */
export function readHeader(text: string): Fields {
  return readGroups(text.replace(/^\s+/, ""))[0] ?? new Map();
}

/** Fields that somebody else has taken apart. */
export function collectFields(pairs: Iterable<readonly [name: string, value: string]>): Fields {
  const fields = new Map<string, readonly string[]>();
  for (const [name, value] of pairs) add(fields, name.toLowerCase(), value);
  return fields;
}

function add(fields: Map<string, readonly string[]>, name: string, value: string): void {
  const known = fields.get(name) ?? [];
  if (known.length < MOST_GROUPS) fields.set(name, [...known, value.slice(0, MOST_VALUE)]);
}

/** The first value of a field; null when there is none. */
export function firstOf(fields: Fields, name: string): string | null {
  return fields.get(name)?.[0] ?? null;
}

/** All values of these fields. */
export function allOf(fields: Fields, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => fields.get(name) ?? []);
}
