/** A header field as it is written, and as a signature sees it. */
export interface Field {
  /** Folded, without its last line end. */
  readonly text: string;
  /** In lower case. */
  readonly name: string;
  /** RFC 6376 section 3.4.2. */
  readonly relaxed: string;
}

/** A header field, folded and without its last line end. How a signature sees it is found out when one is made. */
export function asField(text: string): Field {
  return new TextField(text);
}

/** A class, since an object literal with getters takes ten times as long to make, and every message has some. */
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

/** RFC 6376 section 3.4.2: name in lower case, unfolded, runs of spaces as one, none around the colon and at the end. */
export function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(":") + 1).replaceAll("\r\n", "");
  const spaced = hasWideSpace(value) ? value.replaceAll(/[ \t]+/g, " ") : value;
  return `${relaxedName(field)}:${spaced.trim()}`;
}

/** Most fields have none, and a search is quicker than a pattern. */
function hasWideSpace(text: string): boolean {
  return text.includes("  ") || text.includes("\t");
}

/**
 * RFC 6376 section 3.4.4: runs of spaces as one, none at the end of a line. For a body that ends in a boundary: empty lines
 * at the end would have to go too.
 */
export function relaxedLines(body: string): string {
  const spaced = hasWideSpace(body) ? body.replaceAll(/[ \t]{2,}|\t/g, " ") : body;
  return spaced.replaceAll(" \r\n", "\r\n");
}
