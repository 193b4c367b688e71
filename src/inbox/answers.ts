import type { TransactionalKind, TransactionalMail } from "../store/store.js";
import { filled, phrasesIn } from "./phrases.js";
import type { Wish } from "./wishes.js";

/** Who answers, and how. */
export interface House {
  /** The list's name, from the configuration. */
  readonly name: string;
  /** The language of answers to people who are no readers yet. */
  readonly language: string;
  /** Where answers to answers go; null: to the sender's address. */
  readonly address: string | null;
  /** The public site; null when there is none. */
  readonly publicUrl: string | null;
}

interface Addressee {
  readonly to: string;
  readonly language: string;
  readonly now: Date;
}

/** People read their mail when they read it, and the program that sends it may be started once an hour. */
const HOLDS_MS = 24 * 3_600_000;

/** The page of the site that a link with a token for each wish leads to. */
const PAGES: Readonly<Record<Wish, string>> = {
  subscribe: "c",
  stop: "u",
  pause: "p",
  daily: "p",
  weekly: "p",
  monthly: "p",
};

/** Asks for the proof: whoever gets this mail can reply to it. */
export function askToConfirm(house: House, to: Addressee, asked: { wish: Wish; token: string }): TransactionalMail {
  const { wishes, confirm } = phrasesIn(to.language);
  const { wish, token } = asked;
  const url = house.publicUrl === null ? null : `${house.publicUrl}/${PAGES[wish]}/${token}`;
  const text = [confirm.text, ...(url === null ? [] : [confirm.page]), confirm.after].join("\n\n");
  const what = filled(wishes[wish], { name: house.name });
  return mailOf(house, to, {
    kind: wish === "subscribe" ? "confirm" : "reply",
    // Brackets in the name would end the tag that `readWish` passes over.
    subject: `[${filled(confirm.tag, { name: house.name.replaceAll(/[[\]]/g, "").slice(0, 40) })}] ${wish} ${token}`,
    text: filled(text, { what, name: house.name, url: url ?? "" }),
  });
}

/** Says that the address has no subscription, or has one already. */
export function sayStanding(house: House, to: Addressee, standing: "unknown" | "member"): TransactionalMail {
  const { subject, text } = phrasesIn(to.language)[standing];
  const values = { name: house.name };
  return mailOf(house, to, { kind: "reply", subject: filled(subject, values), text: filled(text, values) });
}

/** Says that a wish was fulfilled. */
export function sayDone(house: House, to: Addressee, wish: Wish): TransactionalMail {
  const { done, wishes } = phrasesIn(to.language);
  const what = filled(wishes[wish], { name: house.name });
  return mailOf(house, to, {
    kind: "note",
    subject: filled(done.subject, { name: house.name }),
    text: filled(done.text, { what }),
  });
}

interface Words {
  readonly kind: TransactionalKind;
  readonly subject: string;
  readonly text: string;
}

function mailOf({ address }: House, { to, now }: Addressee, words: Words): TransactionalMail {
  const sendBefore = new Date(Number(now) + HOLDS_MS);
  return { ...words, to, html: null, headers: address === null ? {} : { "Reply-To": address }, sendBefore };
}
