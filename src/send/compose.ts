import { createHash } from "node:crypto";
import { encode as base64 } from "nodemailer/lib/base64";
import MimeNode from "nodemailer/lib/mime-node";
import { encode as quotedPrintable, wrap } from "nodemailer/lib/qp";
import type { Letter, Message } from "../model.js";
import type { Mailbox } from "./address.js";
import { HEADERS, type HeaderFacts, messageIdFor } from "./headers.js";
import { editionSlug } from "./names.js";

/** What all messages of a run share. */
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
  /** `mailto:` and `https:` addresses for List-Unsubscribe. */
  readonly listUnsubscribe?: readonly string[];
}

/**
 * A letter as one reader's mail. The same letter, reader and context always give the same bytes. Addresses must have
 * passed `parseAddress`.
 * @throws PaperboyError config-invalid when an unsubscribe address cannot stand in a header.
 */
export async function composeMessage(
  letter: Letter,
  reader: { readonly address: string },
  context: ComposeContext,
): Promise<Message> {
  const facts = factsOf(letter, reader.address, context);
  const root = new MimeNode("multipart/alternative", {
    // No text in quoted-printable or base64 can hold "=_", so no page can end a part (RFC 2045 section 6.7, note).
    boundaryPrefix: "=_paperboy",
    baseBoundary: createHash("sha256").update(facts.messageId).digest("hex").slice(0, 32),
    // A letter is text: whatever it looks like, nothing is read from disk or network for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  for (const { name, value } of HEADERS) {
    const content = value(facts);
    if (content !== null) {
      root.setHeader(name, content);
    }
  }
  // The last part is the one that a client prefers (RFC 2046 section 5.1.4).
  addPart(root, { type: "text/plain", content: letter.text });
  addPart(root, { type: "text/html", content: letter.html });
  return {
    from: context.from.address,
    to: reader.address,
    messageId: facts.messageId,
    slug: `${context.test ? "test-" : ""}${editionSlug(letter.editionId)}`,
    raw: await root.build(),
    html: letter.html,
  };
}

function factsOf(letter: Letter, to: string, context: ComposeContext): HeaderFacts {
  const { from, listId, listName, key, date } = context;
  // Mail servers and Gmail drop a second copy of a Message-ID: a corrected test letter needs its own.
  const test = context.test ? `${date.toISOString()} ${createHash("sha256").update(letter.html).digest("hex")}` : null;
  const messageId = messageIdFor(key, { listId, editionId: letter.editionId, reader: to, from: from.address, test });
  return {
    from,
    replyTo: context.replyTo ?? null,
    to,
    subject: `${context.test ? "[test] " : ""}${letter.subject}`,
    date,
    messageId,
    listName,
    listId,
    listUnsubscribe: context.listUnsubscribe ?? [],
  };
}

interface Part {
  readonly type: "text/plain" | "text/html";
  readonly content: string;
}

function addPart(root: MimeNode, { type, content }: Part): void {
  const lines = content.replaceAll(/\r\n|\r|\n/g, "\r\n");
  const part = root.createChild(`${type}; charset=utf-8`);
  part.setHeader("Content-Transfer-Encoding", smallerEncoding(lines));
  part.setContent(lines.endsWith("\r\n") ? lines : `${lines}\r\n`);
}

const LINE = 76;

/**
 * The transfer encoding (RFC 2045 section 6) that makes this text smaller. Quoted-printable wins for Latin letters,
 * base64 for most others; plain 7bit is never used, since relays rewrap long lines and mark those that start with From.
 */
function smallerEncoding(text: string): "quoted-printable" | "base64" {
  const plain = base64(text).length;
  const lineEnds = 2 * Math.floor(plain / LINE);
  return wrap(quotedPrintable(text), LINE).length <= plain + lineEnds ? "quoted-printable" : "base64";
}
