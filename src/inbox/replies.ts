import { CONFIRM_VALID_MS } from "../core/tokens.js";
import type { TransactionalKind, TransactionalMail } from "../store/store.js";
import type { InboxCommand } from "./commands.js";
import { fill, textsIn } from "./reply-texts.js";

/** The mailing list in whose name replies are sent. */
export interface MailingList {
  /** The list's name, from the configuration. */
  readonly name: string;
  /** The language of replies to people who are not subscribed. */
  readonly language: string;
  /** The address of Reply-To; null if replies go to the sender. */
  readonly address: string | null;
  /** The public site; null without one. */
  readonly publicUrl: string | null;
}

interface Recipient {
  readonly to: string;
  readonly language: string;
  readonly now: Date;
}

/** The path on the public site of the page for each command. The token follows it. */
const PAGES: Readonly<Record<InboxCommand, string>> = {
  subscribe: "c",
  stop: "u",
  pause: "p",
  daily: "p",
  weekly: "p",
  monthly: "p",
  like: "p",
  unlike: "p",
};

/** A command, with the arXiv id that `like` and `unlike` have. */
interface Requested {
  readonly command: InboxCommand;
  readonly paper?: string | undefined;
}

/** Returns the mail that asks to confirm a command. Its subject carries the token, so a reply confirms the command. */
export function confirmationRequest(
  list: MailingList,
  to: Recipient,
  { command, paper = "", token }: Requested & { readonly token: string },
): TransactionalMail {
  const { effects, confirm } = textsIn(to.language);
  const url = list.publicUrl === null ? null : `${list.publicUrl}/${PAGES[command]}/${token}`;
  const text = [confirm.text, ...(url === null ? [] : [confirm.page]), confirm.after].join("\n\n");
  const what = fill(effects[command], { name: list.name, paper });
  const answer = [command, paper, token].filter(Boolean).join(" ");
  return mailOf(list, to, {
    kind: command === "subscribe" ? "confirm" : "reply",
    // `parseCommand` skips the tag up to the first bracket, so the name must not contain any.
    subject: `[${fill(confirm.tag, { name: list.name.replaceAll(/[[\]]/g, "").slice(0, 40) })}] ${answer}`,
    text: fill(text, { what, name: list.name, url: url ?? "" }),
  });
}

/** Returns the reply to an address that is not subscribed (`unknown`), or is already subscribed (`member`). */
export function membershipNotice(
  list: MailingList,
  to: Recipient,
  membership: "unknown" | "member",
): TransactionalMail {
  const { subject, text } = textsIn(to.language)[membership];
  const values = { name: list.name };
  return mailOf(list, to, { kind: "reply", subject: fill(subject, values), text: fill(text, values) });
}

/** Returns the mail that reports a command as done. */
export function doneNotice(list: MailingList, to: Recipient, { command, paper = "" }: Requested): TransactionalMail {
  const { done, effects } = textsIn(to.language);
  const what = fill(effects[command], { name: list.name, paper });
  return mailOf(list, to, {
    kind: "note",
    subject: fill(done.subject, { name: list.name }),
    text: fill(done.text, { what }),
  });
}

interface Content {
  readonly kind: TransactionalKind;
  readonly subject: string;
  readonly text: string;
}

function mailOf({ address }: MailingList, { to, now }: Recipient, content: Content): TransactionalMail {
  const sendBefore = new Date(Number(now) + CONFIRM_VALID_MS);
  return { ...content, to, html: null, headers: address === null ? {} : { "Reply-To": address }, sendBefore };
}
