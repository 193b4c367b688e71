import { createHash } from "node:crypto";
import { PaperboyError } from "../../core/errors.js";
import { escapeHtml } from "../../core/escape.js";
import type { Letter } from "../../core/model.js";
import type { Mailbox } from "./address.js";
import {
  type Body,
  bodyHash,
  bodyText,
  fillBody,
  makeBody,
  type ReadyMessage,
  wireBytes,
  type WireBytes,
} from "./body.js";
import { type DkimKey, openSigner, type Signer, type Unsigned } from "./dkim.js";
import type { Field } from "./fields.js";
import { fillHead, type Head, makeHead } from "./head.js";
import { messageIds, type ReaderLinks } from "./headers.js";
import { editionSlug } from "./names.js";
import { encodePart, fill, findSlots, type SlotName, type SlotValues } from "./placeholders.js";

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
  readonly letter: Pick<Letter, "editionId" | "html">;
  /** The edition as it stands in names. */
  readonly slug: string;
  readonly context: ComposeContext;
  /** Makes Message-IDs. */
  readonly idFor: (reader: string) => string;
  /** Null: somebody else signs, or nobody. */
  readonly signer: Signer | null;
  readonly head: Head;
  readonly body: Body;
}

/**
 * Makes a letter ready for many readers: headers folded, parts encoded, slots found.
 * @throws PaperboyError config-invalid when an address of the context cannot stand in a header.
 */
export function makeStencil(letter: Letter, context: ComposeContext): Stencil {
  const { editionId, subject, html, text } = letter;
  const print = createHash("sha256")
    .update(JSON.stringify([editionId, html, text]))
    .digest("hex");
  const boundary = `=_paperboy-${print.slice(0, 32)}`;
  return {
    letter: { editionId, html },
    slug: editionSlug(editionId),
    context,
    idFor: messageIds(context.key, {
      listId: context.listId,
      editionId,
      from: context.from.address,
      // Mail servers and Gmail drop a second copy of a Message-ID: a corrected test letter needs its own.
      test: context.test ? `${context.date.toISOString()} ${createHash("sha256").update(html).digest("hex")}` : null,
    }),
    signer: context.dkim?.length ? openSigner(context) : null,
    head: makeHead({ ...context, letter, subject: `${context.test ? "[test] " : ""}${subject}` }, boundary),
    body: makeBody(boundary, [
      { type: "text/plain", encoded: encodePart(inLines(text)), written: (value) => value },
      { type: "text/html", encoded: encodePart(inLines(html)), written: escapeHtml },
    ]),
  };
}

/** Line ends as mail has them (RFC 5322 section 2.1.1), the last one included. */
function inLines(text: string): string {
  const lines = text.replaceAll(/\r\n|\r|\n/g, "\r\n");
  return lines.endsWith("\r\n") ? lines : `${lines}\r\n`;
}

const NO_LINKS: ReaderLinks = { unsubscribeUrl: null, unsubscribeMailto: null, preferencesUrl: null };

/**
 * A letter as one reader's mail. The same stencil and reader always give the same bytes; two readers' messages differ only
 * in To, Message-ID, links and signatures.
 * @throws PaperboyError config-invalid when the letter has a slot that nothing fills, or a link cannot stand in a header.
 */
export function stamp(stencil: Stencil, reader: Reader): ReadyMessage {
  const draft = draftOf(stencil, reader);
  return new Stamped(draft, stencil.signer?.now(unsignedOf(draft)) ?? []);
}

/** The same, signed in the thread pool, so that other messages can leave meanwhile. */
export async function stampAhead(stencil: Stencil, reader: Reader): Promise<ReadyMessage> {
  const draft = draftOf(stencil, reader);
  return new Stamped(draft, stencil.signer === null ? [] : await stencil.signer.ahead(unsignedOf(draft)));
}

/** A message that lacks only its signatures. */
interface Draft {
  readonly stencil: Stencil;
  readonly reader: Reader;
  readonly messageId: string;
  readonly fields: readonly Field[];
  /** What stands between the body's fixed texts. */
  readonly filled: readonly string[];
  readonly value: (slot: SlotName) => string;
}

function draftOf(stencil: Stencil, reader: Reader): Draft {
  const { context, body, head } = stencil;
  const messageId = stencil.idFor(reader.subscriberId === undefined ? reader.address : String(reader.subscriberId));
  const links = context.links?.(reader) ?? NO_LINKS;
  const values: SlotValues = {
    unsubscribe: links.unsubscribeUrl ?? links.unsubscribeMailto,
    preferences: links.preferencesUrl,
  };
  const value = (slot: SlotName): string => values[slot] ?? missing(slot);
  const fields = fillHead(head, { to: reader.address, messageId, links });
  return { stencil, reader, messageId, fields, filled: fillBody(body, value), value };
}

function unsignedOf({ stencil: { body }, fields, filled }: Draft): Unsigned {
  return { fields, bodyHash: bodyHash(body, filled) };
}

/**
 * A class, since an object literal with getters takes long to make. `raw` and `html` are made when somebody asks: over SMTP
 * nobody does.
 */
class Stamped implements ReadyMessage {
  readonly from: string;
  readonly to: string;
  readonly returnPath?: string;
  readonly messageId: string;
  readonly slug: string;
  readonly wire: WireBytes;
  readonly #head: string;
  readonly #draft: Draft;

  constructor(draft: Draft, signed: readonly string[]) {
    const { reader, messageId, fields, filled } = draft;
    const { slug, context, body } = draft.stencil;
    this.from = context.from.address;
    this.to = reader.address;
    if (context.returnPath) this.returnPath = context.returnPath(reader);
    this.messageId = messageId;
    this.slug = `${context.test ? "test-" : ""}${slug}`;
    this.#head = headText(signed, fields);
    this.wire = wireBytes(this.#head, body, filled);
    this.#draft = draft;
  }

  get raw(): Buffer {
    const { stencil, filled } = this.#draft;
    return Buffer.from(this.#head + bodyText(stencil.body, filled));
  }

  get html(): string {
    const { stencil, value } = this.#draft;
    return fill(findSlots(stencil.letter.html), (slot) => escapeHtml(value(slot)));
  }
}

/** The header with the empty line behind it. */
function headText(signed: readonly string[], fields: readonly Field[]): string {
  let text = "";
  for (const field of signed) text += `${field}\r\n`;
  for (const field of fields) text += `${field.text}\r\n`;
  return `${text}\r\n`;
}

function missing(slot: string): never {
  throw new PaperboyError("config-invalid", {
    message: `the letter has a place for the reader's ${slot} link, and nothing gives one`,
    hint: "Set `publicUrl` (or a mailbox that reads unsubscribe mails), or remove the slot from the template.",
  });
}
