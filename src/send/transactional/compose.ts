import { createHmac } from "node:crypto";
import MimeNode from "nodemailer/lib/mime-node";
import { PaperboyError } from "../../core/errors.js";
import type { TransactionalMail } from "../../store/store.js";
import { domainOf } from "../message/address.js";
import { bodyHash, bodyText, boundaryOf, fillBody, makeBody, type Message, wireBytes } from "../message/body.js";
import { openSigner } from "../message/dkim.js";
import { asField } from "../message/fields.js";
import type { ComposeContext } from "../message/template.js";

/** A transactional mail with an id, so that every attempt has the same Message-ID: its number in the store, or another unique name. */
export interface NumberedMail extends Pick<TransactionalMail, "to" | "subject" | "text" | "html" | "headers"> {
  readonly id: number | string;
}

/**
 * The additional headers that are allowed. Replies need them (RFC 5322 section 3.6.4); none of them reroutes mail or belongs to
 * lists.
 */
const ALLOWED_HEADERS: Readonly<Record<string, RegExp>> = {
  "In-Reply-To": /^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/,
  References: /^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/,
  "Reply-To": /^[\w.+%-]{1,64}@[\w.-]{1,250}$/,
};

/**
 * Composes a confirmation, a reply or an alert. It has headers that suppress automatic replies (RFC 3834 section 5), and neither list
 * headers nor subscriber links.
 * @throws PaperboyError `internal` for a header that is not allowed.
 */
export async function composeTransactional(
  mail: NumberedMail,
  context: Omit<ComposeContext, "links">,
): Promise<Message> {
  const { from, key, date, dkim, rewritten } = context;
  const messageId = `<${tagOf(mail.id, key)}.transactional@${domainOf(from.address)}>`;
  const boundary = boundaryOf([mail.text, mail.html]);
  const root = new MimeNode(`multipart/alternative; boundary="${boundary}"`);
  root.setHeader("From", { name: from.name ?? "", address: from.address });
  root.setHeader("To", { name: "", address: mail.to });
  root.setHeader("Subject", mail.subject.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " "));
  root.setHeader("Date", date.toUTCString().replace("GMT", "+0000"));
  root.setHeader("Message-ID", messageId);
  root.setHeader("Auto-Submitted", mail.headers["In-Reply-To"] === undefined ? "auto-generated" : "auto-replied");
  root.setHeader("X-Auto-Response-Suppress", "All");
  for (const [name, value] of Object.entries(mail.headers)) root.setHeader(name, checked(name, value));
  const fields = root.buildHeaders().split(/\r\n(?![ \t])/);
  const body = makeBody(boundary, [
    { type: "text/plain", text: mail.text.trimEnd() },
    ...(mail.html === null ? [] : [{ type: "text/html" as const, text: mail.html.trimEnd() }]),
  ]);
  const filled = fillBody(body, () => "");
  const signer = openSigner({ dkim: dkim ?? [], date, rewritten: rewritten ?? [] });
  const signed = await signer.sign({ fields: fields.map(asField), bodyHash: bodyHash(body, filled) });
  const head = `${[...signed, ...fields].join("\r\n")}\r\n\r\n`;
  return {
    from: from.address,
    to: mail.to,
    messageId,
    slug: `transactional-${mail.id}`,
    raw: Buffer.from(head + bodyText(body, filled)),
    wire: wireBytes(head, body, filled),
    html: mail.html ?? mail.text,
  };
}

function checked(name: string, value: string): string {
  if (ALLOWED_HEADERS[name]?.test(value)) return value;
  throw new PaperboyError("internal", {
    message: `a transactional mail must not have the header ${JSON.stringify(name)}`,
  });
}

function tagOf(id: number | string, key: Buffer): string {
  return createHmac("sha256", key).update(`transactional ${id}`).digest("hex").slice(0, 32);
}
