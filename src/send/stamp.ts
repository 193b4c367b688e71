import { createHash, createSecretKey, type KeyObject } from "node:crypto";
import MimeNode from "nodemailer/lib/mime-node";
import { PaperboyError } from "../errors.js";
import type { Letter } from "../model.js";
import type { Mailbox } from "./address.js";
import { type Body, bodyHash, bodyText, fillBody, makeBody, type ReadyMessage, wireBytes } from "./body.js";
import { asField, type DkimKey, type Field, signatures, signaturesAhead } from "./dkim.js";
import { HEADERS, messageIdFor, READER_HEADERS, type ReaderLinks } from "./headers.js";
import { editionSlug } from "./names.js";
import { encodePart, fill, findSlots, type Slotted, type SlotValues } from "./slots.js";

/** Who a message is for. */
export interface Reader {
  /** An address that `parseAddress` accepted. */
  readonly address: string;
  /** The reader's number in the ledger; without it (a test letter) the address stands for the reader. */
  readonly subscriberId?: number;
}

/** What all messages of an edition share. */
export interface ComposeContext {
  readonly from: Mailbox;
  /** Where answers go; an address that `parseAddress` accepted. */
  readonly replyTo?: string;
  readonly listId: string;
  readonly listName: string;
  /** The secret key of this installation, for Message-IDs. */
  readonly key: Buffer;
  /** The Date header: one for the whole edition, so that a second try gives the same bytes. */
  readonly date: Date;
  /** Marks a test letter: in its subject, its Message-ID and its file's name. */
  readonly test?: boolean;
  /** How a reader leaves or changes the subscription. */
  readonly links?: (reader: Reader) => ReaderLinks;
  /** Addresses (`https:`, `mailto:`) of help, the archive and the owner, for RFC 2369's fields. */
  readonly listHelp?: string;
  readonly listArchive?: string;
  readonly listOwner?: string;
  /** The sender's name in Feedback-ID: 5 to 15 letters or digits that never change. */
  readonly feedbackId?: string;
  /** The envelope's sender for one reader (VERP): where a bounce tells by its address who it is about. */
  readonly returnPath?: (reader: Reader) => string;
  /** Keys that sign every message; none: somebody else signs, or nobody. */
  readonly dkim?: readonly DkimKey[];
  /** Headers that the provider rewrites on the way, in lower case: a signature over them would break. */
  readonly rewritten?: readonly string[];
}

/** A letter made ready for many readers: everything that is the same for all was done once. */
export interface Stencil {
  readonly letter: Letter;
  /** The edition as it stands in names. */
  readonly slug: string;
  readonly context: ComposeContext;
  /** The context's key, in the form in which it is quickest to use. */
  readonly idKey: KeyObject;
  /** The header fields in order; a function where they differ from reader to reader. */
  readonly fields: readonly (Field | ((facts: StampFacts) => string | null))[];
  readonly body: Body;
  /** The HTML as it is read. */
  readonly plainHtml: Slotted;
}

/** What differs from reader to reader. */
export interface StampFacts {
  readonly to: string;
  readonly messageId: string;
  readonly links: ReaderLinks;
}

/**
 * Makes a letter ready for many readers: headers folded, parts encoded, slots found.
 * @throws PaperboyError config-invalid when an address of the context cannot stand in a header.
 */
export function makeStencil(letter: Letter, context: ComposeContext): Stencil {
  const print = createHash("sha256")
    .update(JSON.stringify([letter.editionId, letter.html, letter.text]))
    .digest("hex");
  const boundary = `=_paperboy-${print.slice(0, 32)}`;
  return {
    letter,
    slug: editionSlug(letter.editionId),
    context,
    idKey: createSecretKey(context.key),
    fields: headerFields(letter, { context, boundary }),
    body: makeBody(boundary, [
      { type: "text/plain", encoded: encodePart(inLines(letter.text)), written: (value) => value },
      { type: "text/html", encoded: encodePart(inLines(letter.html)), written: escapeHtml },
    ]),
    plainHtml: findSlots(letter.html),
  };
}

/** Line ends as mail has them (RFC 5322 section 2.1.1), the last one included. */
function inLines(text: string): string {
  const lines = text.replaceAll(/\r\n|\r|\n/g, "\r\n");
  return lines.endsWith("\r\n") ? lines : `${lines}\r\n`;
}

interface Frame {
  readonly context: ComposeContext;
  readonly boundary: string;
}

function headerFields(letter: Letter, { context, boundary }: Frame): Stencil["fields"] {
  // No text in quoted-printable or base64 can hold "=_", so no page can end a part (RFC 2045 section 6.7, note).
  const root = new MimeNode(`multipart/alternative; boundary="${boundary}"`);
  const subject = `${context.test ? "[test] " : ""}${letter.subject}`;
  for (const { name, value } of HEADERS) {
    // Those that differ are only put in their place here.
    const content = READER_HEADERS[name] === undefined ? value({ ...context, letter, subject }) : PLACE;
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

const NO_LINKS: ReaderLinks = { unsubscribeUrl: null, unsubscribeMailto: null, preferencesUrl: null };

/**
 * A letter as one reader's mail. The same stencil and reader always give the same bytes; two readers' messages differ only
 * in To, Message-ID, links and signatures.
 * @throws PaperboyError config-invalid when the letter has a slot that nothing fills, or a link cannot stand in a header.
 */
export function stamp(stencil: Stencil, reader: Reader): ReadyMessage {
  const draft = draftOf(stencil, reader);
  return messageOf(draft, signatures(draft, stencil.context));
}

/** The same, signed in the thread pool, so that other messages can leave meanwhile. */
export async function stampAhead(stencil: Stencil, reader: Reader): Promise<ReadyMessage> {
  const draft = draftOf(stencil, reader);
  return messageOf(draft, await signaturesAhead(draft, stencil.context));
}

/** A message that lacks only its signatures. */
interface Draft {
  readonly stencil: Stencil;
  readonly reader: Reader;
  readonly messageId: string;
  readonly fields: readonly Field[];
  /** What stands between the body's fixed texts. */
  readonly filled: readonly string[];
  readonly bodyHash: string;
  readonly value: (slot: keyof SlotValues) => string;
}

function draftOf(stencil: Stencil, reader: Reader): Draft {
  const { context, body } = stencil;
  const facts: StampFacts = {
    to: reader.address,
    messageId: idOf(stencil, reader),
    links: context.links?.(reader) ?? NO_LINKS,
  };
  const values: SlotValues = {
    unsubscribe: facts.links.unsubscribeUrl ?? facts.links.unsubscribeMailto,
    preferences: facts.links.preferencesUrl,
  };
  const value = (slot: keyof SlotValues): string => values[slot] ?? missing(slot);
  const filled = fillBody(body, value);
  return {
    stencil,
    reader,
    messageId: facts.messageId,
    fields: stencil.fields.flatMap((field) => (typeof field === "function" ? ofReader(field(facts)) : field)),
    filled,
    bodyHash: context.dkim?.length ? bodyHash(body, filled) : "",
    value,
  };
}

function ofReader(field: string | null): readonly Field[] {
  return field === null ? [] : [asField(field)];
}

/** `raw` and `html` are made when somebody asks: over SMTP nobody does. */
function messageOf(
  { stencil, reader, messageId, fields, filled, value }: Draft,
  signed: readonly string[],
): ReadyMessage {
  const { slug, context, body, plainHtml } = stencil;
  const head = `${[...signed, ...fields.map(({ text }) => text)].join("\r\n")}\r\n\r\n`;
  return {
    from: context.from.address,
    to: reader.address,
    ...(context.returnPath && { returnPath: context.returnPath(reader) }),
    messageId,
    slug: `${context.test ? "test-" : ""}${slug}`,
    wire: wireBytes(head, body, filled),
    get raw() {
      return Buffer.from(head + bodyText(body, filled));
    },
    get html() {
      return fill(plainHtml, (slot) => escapeHtml(value(slot)));
    },
  };
}

function missing(slot: string): never {
  throw new PaperboyError("config-invalid", {
    message: `the letter has a place for the reader's ${slot} link, and nothing gives one`,
    hint: "Set `publicUrl` (or a mailbox that reads unsubscribe mails), or remove the slot from the template.",
  });
}

function idOf({ letter, slug, context, idKey }: Stencil, { address, subscriberId }: Reader): string {
  const { listId, date, from } = context;
  // Mail servers and Gmail drop a second copy of a Message-ID: a corrected test letter needs its own.
  const test = context.test ? `${date.toISOString()} ${createHash("sha256").update(letter.html).digest("hex")}` : null;
  const reader = subscriberId === undefined ? address : String(subscriberId);
  return messageIdFor(idKey, { listId, editionId: letter.editionId, slug, reader, from: from.address, test });
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
