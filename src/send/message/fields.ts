/** A header field, also as DKIM canonicalizes it. */
export interface Field {
  /** Folded, without its last line end. */
  readonly text: string;
  /** In lower case. */
  readonly name: string;
  /** The relaxed form (RFC 6376 section 3.4.2). */
  readonly relaxed: string;
}

/** Returns a header field from its folded text without the last line end. The relaxed form is computed on demand. */
export function asField(text: string): Field {
  return new TextField(text);
}

/** A class, since an object literal with getters takes ten times as long to create, and every message has some fields. */
class TextField implements Field {
  readonly text: string;
  #name: string | null = null;
  #relaxed: string | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get name(): string {
    return (this.#name ??= relaxedName(this.text));
  }

  get relaxed(): string {
    return (this.#relaxed ??= relaxedField(this.text));
  }
}

function relaxedName(field: string): string {
  return field.slice(0, field.indexOf(":")).trim().toLowerCase();
}

/** RFC 6376 section 3.4.2: lower-case name, unfolded, runs of spaces reduced to one, none around the colon and at the end. */
export function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(":") + 1).replaceAll("\r\n", "");
  const spaced = hasWideSpace(value) ? value.replaceAll(/[ \t]+/g, " ") : value;
  return `${relaxedName(field)}:${spaced.trim()}`;
}

/** Most texts have no wide space, and this search is faster than a pattern. */
function hasWideSpace(text: string): boolean {
  return text.includes("  ") || text.includes("\t");
}

/**
 * RFC 6376 section 3.4.4: runs of spaces reduced to one, none at the end of a line. It expects a body that ends in a boundary;
 * it does not remove empty lines at the end.
 */
export function relaxedLines(body: string): string {
  const spaced = hasWideSpace(body) ? body.replaceAll(/[ \t]{2,}|\t/g, " ") : body;
  return spaced.replaceAll(" \r\n", "\r\n");
}
