import MimeNode from "nodemailer/lib/mime-node";
import { asField, type Field } from "./fields.js";
import { type HeaderFacts, HEADERS, READER_HEADERS, type ReaderFacts } from "./headers.js";

/**
 * The header of a letter for many readers, in order: folded fields, and a function where they differ from reader to
 * reader (null leaves the field out).
 */
export type Head = readonly (Field | ((facts: ReaderFacts) => string | null))[];

/**
 * Folds and encodes what all readers share.
 * @throws PaperboyError config-invalid when an address or a name of the context cannot stand in a header.
 */
export function makeHead(facts: HeaderFacts, boundary: string): Head {
  // No text in quoted-printable or base64 can hold "=_", so no page can end a part (RFC 2045 section 6.7, note).
  const root = new MimeNode(`multipart/alternative; boundary="${boundary}"`);
  for (const { name, value } of HEADERS) {
    // Those that differ are only put in their place here.
    const content = READER_HEADERS[name] === undefined ? value(facts) : PLACE;
    if (content !== null) {
      root.setHeader(name, content);
    }
  }
  return root
    .buildHeaders()
    .split(/\r\n(?![ \t])/)
    .map((field) => READER_HEADERS[nameOf(field)] ?? asField(field));
}

/** Keeps a place among the headers; an address, because nodemailer drops from To what is none. */
const PLACE = "<of@reader.invalid>";

/** A field's name as HEADERS has it; nodemailer writes some in other capitals. */
function nameOf(field: string): string {
  const name = field.slice(0, field.indexOf(":")).toLowerCase();
  return HEADERS.find((header) => header.name.toLowerCase() === name)?.name ?? name;
}

/** The header's fields for one reader. */
export function fillHead(head: Head, facts: ReaderFacts): readonly Field[] {
  const fields: Field[] = [];
  for (const field of head) {
    const own = typeof field === "function" ? field(facts) : field;
    if (own !== null) fields.push(typeof own === "string" ? asField(own) : own);
  }
  return fields;
}
