import { createHash } from "node:crypto";
import { PaperboyError } from "../../core/errors.js";
import { escapeHtml } from "../../core/escape.js";
import type { Letter } from "../../core/model.js";
import type { Mailbox } from "./address.js";
import {
  type Body,
  bodyHash,
  bodyText,
  boundaryOf,
  fillBody,
  makeBody,
  type Message,
  wireBytes,
  type WireBytes,
} from "./body.js";
import { type DkimKey, openSigner, type Signer } from "./dkim.js";
import type { Field } from "./fields.js";
import { fillHead, type Head, makeHead, messageIds, type ReaderLinks } from "./headers.js";
import { editionSlug } from "./names.js";
import { fill, findPlaceholders, type PlaceholderName, type PlaceholderValues } from "./placeholders.js";

/** The recipient of a message. */
export interface Reader {
  /** An address that `parseAddress` accepted. */
  readonly address: string;
  /** The subscriber's number in the ledger. Test letters have none; the address replaces it. */
  readonly subscriberId?: number;
}

/** The data that all messages of an edition share. */
export interface ComposeContext {
  readonly from: Mailbox;
  /** The address for replies, which `parseAddress` accepted. */
  readonly replyTo?: string;
  readonly listId: string;
  readonly listName: string;
  /** The secret key of this installation, from which Message-IDs derive. */
  readonly key: Buffer;
  /** The Date header, the same for the whole edition, so that every attempt gives the same bytes. */
  readonly date: Date;
  /** Marks a test letter in its subject, Message-ID and file name. */
  readonly test?: boolean;
  /** Returns the links with which a recipient can unsubscribe or change preferences. */
  readonly links?: (reader: Reader) => ReaderLinks;
  /** An `https:` URL for List-Archive (RFC 2369). */
  readonly listArchive?: string;
  /** Returns the envelope sender for one recipient (VERP), so that a bounce identifies the subscriber by its address. */
  readonly returnPath?: (reader: Reader) => string;
  /** Keys that sign every message; absent when the server signs or mail is unsigned. */
  readonly dkim?: readonly DkimKey[];
  /** Headers that the provider rewrites, in lower case. They must not be signed. */
  readonly rewritten?: readonly string[];
}

/** A letter prepared for many recipients. Everything that is the same for all of them is computed once. */
export interface MessageTemplate {
  readonly letter: Pick<Letter, "editionId" | "html">;
  /** The edition as part of file names. */
  readonly slug: string;
  readonly context: ComposeContext;
  readonly messageIdFor: (reader: string) => string;
  /** Null if Paperboy does not sign messages. */
  readonly signer: Signer | null;
  readonly head: Head;
  readonly body: Body;
}

/**
 * Prepares a letter for many recipients: folds its headers, encodes its parts and finds its placeholders.
 * @throws PaperboyError `config-invalid` when an address of the context is not allowed in a header.
 */
export function openTemplate(letter: Letter, context: ComposeContext): MessageTemplate {
  const { editionId, subject, html, text } = letter;
  const boundary = boundaryOf([editionId, html, text]);
  return {
    letter: { editionId, html },
    slug: editionSlug(editionId),
    context,
    messageIdFor: messageIds(context.key, {
      listId: context.listId,
      editionId,
      from: context.from.address,
      // Mail servers and Gmail drop a message with a known Message-ID, so a corrected test letter needs another one.
      test: context.test ? `${context.date.toISOString()} ${createHash("sha256").update(html).digest("hex")}` : null,
    }),
    signer: context.dkim?.length ? openSigner(context) : null,
    head: makeHead({ ...context, letter, subject: `${context.test ? "[test] " : ""}${subject}` }, boundary),
    body: makeBody(boundary, [
      { type: "text/plain", text },
      { type: "text/html", text: html },
    ]),
  };
}

const NO_LINKS: ReaderLinks = { unsubscribeUrl: null, unsubscribeMailto: null, preferencesUrl: null };

/**
 * Renders a letter for one recipient. The same template and recipient always give the same bytes. Messages for different
 * recipients differ only in To, Message-ID, links and signatures.
 * @throws PaperboyError `config-invalid` when a placeholder has no value, or a link is not allowed in a header.
 */
export async function renderMessage(template: MessageTemplate, reader: Reader): Promise<Message> {
  const draft = draftOf(template, reader);
  const { body, signer } = template;
  const { fields, filled } = draft;
  const signatures = signer === null ? [] : await signer.sign({ fields, bodyHash: bodyHash(body, filled) });
  return new RenderedMessage(draft, signatures);
}

/**
 * Renders a letter for a single recipient. For several recipients, open a template. Addresses must have passed `parseAddress`.
 * @throws PaperboyError `config-invalid` like `openTemplate` and `renderMessage`.
 */
export async function composeMessage(letter: Letter, reader: Reader, context: ComposeContext): Promise<Message> {
  return renderMessage(openTemplate(letter, context), reader);
}

/** A message without its signatures. */
interface Draft {
  readonly template: MessageTemplate;
  readonly reader: Reader;
  readonly messageId: string;
  readonly fields: readonly Field[];
  /** The recipient's texts, which go between the fixed texts of the body. */
  readonly filled: readonly string[];
  readonly value: (placeholder: PlaceholderName) => string;
}

function draftOf(template: MessageTemplate, reader: Reader): Draft {
  const { context, body, head } = template;
  const messageId = template.messageIdFor(
    reader.subscriberId === undefined ? reader.address : String(reader.subscriberId),
  );
  const links = context.links?.(reader) ?? NO_LINKS;
  const values: PlaceholderValues = {
    unsubscribe: links.unsubscribeUrl ?? links.unsubscribeMailto,
    preferences: links.preferencesUrl,
  };
  const value = (placeholder: PlaceholderName): string => values[placeholder] ?? missing(placeholder);
  const fields = fillHead(head, { to: reader.address, messageId, links });
  return { template, reader, messageId, fields, filled: fillBody(body, value), value };
}

/**
 * A class, because object literals with getters are slow to create. `raw` and `html` are computed on demand, because SMTP needs
 * neither.
 */
class RenderedMessage implements Message {
  readonly from: string;
  readonly to: string;
  readonly returnPath?: string;
  readonly messageId: string;
  readonly slug: string;
  readonly wire: WireBytes;
  readonly #head: string;
  readonly #draft: Draft;

  constructor(draft: Draft, signatures: readonly string[]) {
    const { reader, messageId, fields, filled } = draft;
    const { slug, context, body } = draft.template;
    this.from = context.from.address;
    this.to = reader.address;
    if (context.returnPath) this.returnPath = context.returnPath(reader);
    this.messageId = messageId;
    this.slug = `${context.test ? "test-" : ""}${slug}`;
    this.#head = headText(signatures, fields);
    this.wire = wireBytes(this.#head, body, filled);
    this.#draft = draft;
  }

  get raw(): Buffer {
    const { template, filled } = this.#draft;
    return Buffer.from(this.#head + bodyText(template.body, filled));
  }

  get html(): string {
    const { template, value } = this.#draft;
    return fill(findPlaceholders(template.letter.html), (placeholder) => escapeHtml(value(placeholder)));
  }
}

/** Returns the header, including the empty line that ends it. */
function headText(signatures: readonly string[], fields: readonly Field[]): string {
  let text = "";
  for (const field of signatures) text += `${field}\r\n`;
  for (const field of fields) text += `${field.text}\r\n`;
  return `${text}\r\n`;
}

function missing(placeholder: string): never {
  throw new PaperboyError("config-invalid", {
    message: `the letter has a placeholder for the ${placeholder} link, but this link is not configured`,
    hint: "Set `publicUrl` (or `unsubscribeAddress`), or remove the placeholder from the template.",
  });
}
