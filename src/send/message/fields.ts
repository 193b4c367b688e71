/** A header field, with its canonical form for DKIM. */
export interface Field {
  /** The folded field, without the line end after it. */
  readonly text: string;
  /** The name in lower case. */
  readonly name: string;
  /** The relaxed form (RFC 6376 section 3.4.2). */
  readonly relaxed: string;
}

/** Creates a header field from its folded text, without the line end after it. The relaxed form is computed on demand. */
export function asField(text: string): Field {
  return new TextField(text);
}

/** A class, because creating an object literal with getters takes ten times as long, and every message has several fields. */
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

/**
 * Returns the relaxed form of a field (RFC 6376 section 3.4.2): lower-case name, unfolded, runs of spaces reduced to one, no
 * spaces around the colon or at the end.
 */
export function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(":") + 1).replaceAll("\r\n", "");
  const spaced = hasWideSpace(value) ? value.replaceAll(/[ \t]+/g, " ") : value;
  return `${relaxedName(field)}:${spaced.trim()}`;
}

/** Whether a text has two spaces in a row or a tab. Most have not, and this search is faster than a pattern. */
function hasWideSpace(text: string): boolean {
  return text.includes("  ") || text.includes("\t");
}

/**
 * Returns the relaxed form of a body (RFC 6376 section 3.4.4): runs of spaces reduced to one, no spaces at the end of a line.
 * Does not remove empty lines at the end, so the body must end in a boundary.
 */
export function relaxedLines(body: string): string {
  const spaced = hasWideSpace(body) ? body.replaceAll(/[ \t]{2,}|\t/g, " ") : body;
  return spaced.replaceAll(" \r\n", "\r\n");
}
