import { EventEmitter, on } from "node:events";
import PostalMime from "postal-mime";
import type { Email } from "postal-mime";
import { startSmtp } from "../../support/smtp.js";

/** A mail server whose mails are read one after the other. */
export interface Mailbox {
  /** `smtp://127.0.0.1:PORT`. */
  readonly url: string;
  /** The next mail, when it has come. */
  next(): Promise<Email>;
  /** How many came so far. */
  count(): number;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const arrivals = new EventEmitter();
  const mails = on(arrivals, "mail");
  const smtp = await startSmtp({
    onData: ({ raw }) => {
      arrivals.emit("mail", raw);
      return null;
    },
  });
  return {
    url: smtp.url,
    next: async () => {
      const { value } = (await mails.next()) as { value: [string] };
      return PostalMime.parse(value[0]);
    },
    count: () => smtp.messages.length,
    close: () => smtp.close(),
  };
}

/** A header's value; empty where there is none. */
export function headerOf({ headers }: Email, name: string): string {
  return headers.find(({ key }) => key === name.toLowerCase())?.value ?? "";
}

/** The first address in the text of a mail that leads to a page of the site. */
export function linkIn({ text = "" }: Email, page: string): string {
  return new RegExp(`https://[^\\s>]+/${page}/[\\w-]+`).exec(text)?.[0] ?? "";
}
