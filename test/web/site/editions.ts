import { createHash } from "node:crypto";
import type { Edition, Paper } from "../../../src/model.js";
import { paper } from "../../rank/papers.js";
import type { Rig } from "./rig.js";

/** Puts an edition of papers with these titles into the ledger, for its readers of now; the same title is the same paper. */
export async function saveEdition(rig: Rig, id: string, titles: readonly string[]): Promise<void> {
  const { store } = rig;
  const now = rig.now();
  const date = id.slice("day:".length);
  const shell = { id, source: date, kind: "day", date, url: null, reader: "data", early: false } as const;
  const edition: Edition = { ...shell, papers: titles.map(paperOf) };
  const hadSince = new Date(0);
  const query = { frequency: "daily", named: [], edition, channel: "smtp", now, hadSince, days: [] } as const;
  const groups = await store.editions.audience(query);
  const papers = edition.papers.map((kept) => kept.id);
  const letters = groups.map(({ key }) => {
    const letter = {
      editionId: id,
      subject: id,
      preheader: "",
      html: "<p>{slot:unsubscribe}</p>",
      text: "",
      language: "en",
    };
    return { key, letter, papers };
  });
  const sendBefore = new Date(now.getTime() + 44 * 3_600_000);
  const result = await store.editions.prepare({
    edition,
    channel: "smtp",
    query,
    letters,
    now,
    sendBefore,
    days: [date],
  });
  if (result !== "prepared") throw new Error(`${id} was not prepared: ${result}`);
}

function paperOf(title: string): Paper {
  return paper({ id: `2610.${createHash("sha256").update(title).digest("hex").slice(0, 5)}`, title, upvotes: 1 });
}
