import type { Edition, Letter, View } from "../../src/core/model.js";
import { openStore } from "../../src/app/open-store.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import type { Store } from "../../src/store/store.js";

/** The key of the installation that is killed. */
export const KEY = Buffer.alloc(32, 5);

export const EDITION_ID = "day:2026-03-09";

export const PREPARED_AT = new Date("2026-03-10T06:00:00Z");
const SEND_BEFORE = new Date("2026-03-12T02:00:00Z");

const EDITION: Edition = {
  id: EDITION_ID,
  source: "2026-03-09",
  kind: "day",
  date: "2026-03-09",
  url: null,
  format: "data",
  early: false,
  papers: [],
};

const LETTER: Letter = {
  editionId: EDITION_ID,
  subject: "Small models learn to wait, and 11 more",
  preheader: "Papers about patience",
  html: `<!doctype html><html lang=en><body>${"<p>A sentence of an invented abstract.</p>\n".repeat(40)}</body></html>`,
  text: "A sentence of an invented abstract.\n".repeat(40),
  language: "en",
};

const VIEW: View = { ...DEFAULT_VIEW, abstracts: "full", leading: 12 };

export function openKilledStore(file: string): Promise<Store> {
  return openStore({ target: file, key: KEY });
}

function addressOf(reader: number): string {
  return `reader${reader}@d${reader % 50}.example.com`;
}

/** Adds readers to a new database and prepares one edition for all of them. */
export async function prepareReaders(store: Store, readers: number): Promise<void> {
  const batch = Array.from({ length: readers }, (_, reader) => ({
    address: addressOf(reader),
    state: "active" as const,
    frequency: "daily" as const,
    view: VIEW,
    origin: "operator" as const,
  }));
  const joinedAt = new Date("2026-03-01T00:00:00Z");
  await store.subscribers.add(batch, { now: joinedAt });
  const query = {
    frequency: "daily",
    named: [],
    edition: EDITION,
    channel: "smtp",
    now: PREPARED_AT,
    hadSince: joinedAt,
    days: ["2026-03-09"],
  } as const;
  const { id: snapshot, groups } = await store.editions.snapshot(query);
  const result = await store.editions.prepare({
    edition: EDITION,
    channel: "smtp",
    query,
    snapshot,
    letters: groups.map(({ key }) => ({ key, letter: LETTER, papers: [] })),
    now: PREPARED_AT,
    sendBefore: SEND_BEFORE,
    days: ["2026-03-09"],
  });
  if (result !== "prepared") {
    throw new Error(`the edition is ${result}`);
  }
}
