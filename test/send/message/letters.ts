import type { Letter } from "../../../src/core/model.js";
import type { Message } from "../../../src/send/message/body.js";
import { composeMessage, type ComposeContext } from "../../../src/send/message/template.js";

/** An invented letter. */
export const LETTER: Letter = {
  editionId: "day:2026-03-09",
  subject: "Small models learn to wait, and 11 more",
  preheader: "Three papers about patience",
  html: "<!doctype html><html lang=en><body><h1>Small models learn to wait</h1></body></html>",
  text: "Small models learn to wait\n\nAn invented paper.\n",
  language: "en",
};

export const CONTEXT: ComposeContext = {
  from: { name: "Paperboy", address: "digest@example.org" },
  listId: "daily.papers.example.org",
  listName: "Daily Papers",
  key: Buffer.alloc(32, 7),
  date: new Date("2026-03-10T06:00:00Z"),
};

/** Composes one message per address from the invented letter, with the given parts replaced. */
export function messagesFor(addresses: readonly string[], letter: Partial<Letter> = {}): Promise<Message[]> {
  return Promise.all(addresses.map((address) => composeMessage({ ...LETTER, ...letter }, { address }, CONTEXT)));
}

/** Composes one message. */
export async function messageFor(address: string, letter: Partial<Letter> = {}): Promise<Message> {
  return composeMessage({ ...LETTER, ...letter }, { address }, CONTEXT);
}
