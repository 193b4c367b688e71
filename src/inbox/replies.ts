import { CONFIRM_VALID_MS, LINK_PATHS } from "../core/tokens.js";
import type { TransactionalKind, TransactionalMail } from "../store/store.js";
import { type InboxCommand, purposeOf } from "./commands.js";

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
  const url = list.publicUrl === null ? null : `${list.publicUrl}/${LINK_PATHS[purposeOf(command)]}/${token}`;
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

/**
 * The texts of replies. Placeholders: `{name}` is the name of the list, `{what}` one of `effects`, `{url}` a page of the public
 * site.
 */
interface ReplyTexts {
  /** The effect of each command, as a sentence for `confirm` and `done`. */
  readonly effects: Readonly<Record<InboxCommand, string>>;
  readonly confirm: { readonly tag: string; readonly text: string; readonly page: string; readonly after: string };
  readonly unknown: { readonly subject: string; readonly text: string };
  readonly member: { readonly subject: string; readonly text: string };
  readonly done: { readonly subject: string; readonly text: string };
}

/**
 * The texts by language. A reply contains nothing of the mail that it replies to, only these texts, the configured name and our
 * tokens.
 */
const LANGUAGES = {
  en: {
    effects: {
      subscribe: "You will receive {name} at this address every day with new papers.",
      stop: "You will receive no more letters at this address.",
      pause: "Letters are paused until you request them again.",
      daily: "You will receive a letter every day with new papers.",
      weekly: "You will receive a letter once a week.",
      monthly: "You will receive a letter once a month.",
      like: "The paper {paper} is added to those that you like.",
      unlike: "The paper {paper} is removed from those that you like.",
    },
    confirm: {
      tag: "{name}: reply to confirm",
      text: "We received a request from this address for the following change:\n\n    {what}\n\nTo confirm it, reply to this mail and leave its subject unchanged.",
      page: "Or open this page:\n{url}",
      after: "If you did not request this, ignore this mail. Nothing has changed.",
    },
    unknown: {
      subject: "[{name}] This address is not subscribed",
      text: "We received a request from this address to change its subscription, but it is not subscribed.\n\nIf you receive the letters at another address, write to us from that address or use a link in a letter. To subscribe this address, send us a mail with the subject: subscribe",
    },
    member: {
      subject: "[{name}] This address is already subscribed",
      text: "We received a request to subscribe this address to {name}, but it is already subscribed.\n\nTo change the subscription, send us a mail with one of these words as its subject: daily, weekly, monthly, pause, stop",
    },
    done: { subject: "[{name}] Done", text: "We made the change that you requested:\n\n    {what}" },
  },
  de: {
    effects: {
      subscribe: "Sie erhalten {name} an jedem Tag mit neuen Papern.",
      stop: "Sie erhalten keine E-Mails mehr von uns.",
      pause: "Die Zustellung pausiert, bis Sie sie wieder aktivieren.",
      daily: "Sie erhalten an jedem Tag mit neuen Papern eine Ausgabe.",
      weekly: "Sie erhalten einmal pro Woche eine Ausgabe.",
      monthly: "Sie erhalten einmal im Monat eine Ausgabe.",
      like: "Das Paper {paper} gehört jetzt zu denen, die Ihnen gefallen.",
      unlike: "Das Paper {paper} gehört nicht mehr zu denen, die Ihnen gefallen.",
    },
    confirm: {
      tag: "{name}: zum Bestätigen antworten",
      text: "Von dieser Adresse aus wurde folgende Änderung angefordert:\n\n    {what}\n\nZum Bestätigen antworten Sie bitte auf diese E-Mail, ohne den Betreff zu ändern.",
      page: "Oder öffnen Sie diese Seite:\n{url}",
      after: "Wenn Sie das nicht angefordert haben, ignorieren Sie diese E-Mail. Es hat sich nichts geändert.",
    },
    unknown: {
      subject: "[{name}] Diese Adresse ist nicht angemeldet",
      text: "Von dieser Adresse aus sollte ein Abonnement geändert werden. Die Adresse ist aber nicht angemeldet.\n\nWenn Sie {name} unter einer anderen Adresse erhalten, schreiben Sie uns bitte von dort oder verwenden Sie einen Link in einer Ausgabe. Um diese Adresse anzumelden, senden Sie uns eine E-Mail mit dem Betreff: subscribe",
    },
    member: {
      subject: "[{name}] Diese Adresse ist bereits angemeldet",
      text: "Sie wollten {name} mit dieser Adresse abonnieren. Sie ist aber bereits angemeldet.\n\nUm Ihr Abonnement zu ändern, senden Sie uns eine E-Mail mit einem der folgenden Wörter als Betreff: daily, weekly, monthly, pause, stop",
    },
    done: { subject: "[{name}] Erledigt", text: "Die gewünschte Änderung wurde vorgenommen:\n\n    {what}" },
  },
} as const satisfies Readonly<Record<string, ReplyTexts>>;

/** Returns the texts in a language; in English if there is no translation. */
function textsIn(language: string): ReplyTexts {
  const tag = language.toLowerCase().split("-")[0] ?? "";
  return Object.hasOwn(LANGUAGES, tag) ? LANGUAGES[tag as keyof typeof LANGUAGES] : LANGUAGES.en;
}

/** Replaces `{placeholders}`. Does not replace braces within a value. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}
