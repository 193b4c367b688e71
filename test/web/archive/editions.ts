import { createHash } from "node:crypto";
import { editionPeriod } from "../../../src/core/calendar.js";
import type { Edition, Paper } from "../../../src/core/model.js";
import { paper } from "../../rank/papers.js";
import type { Harness } from "../site/harness.js";

/** Puts an edition of papers with these titles into the ledger, for its readers of now; the same title is the same paper. */
export async function saveEdition(
  harness: Pick<Harness, "store" | "now">,
  id: string,
  titles: readonly string[],
): Promise<void> {
  await savePapers(harness, id, titles.map(paperOf));
}

/** The same for papers of any kind, and editions of any kind. */
export async function savePapers(
  { store, now: clock }: Pick<Harness, "store" | "now">,
  id: string,
  wanted: readonly Paper[] | Pick<Edition, "papers" | "rising">,
): Promise<void> {
  const now = clock();
  const [, date = ""] = id.split(":");
  const kind = editionPeriod(id)?.kind ?? "search";
  const url = `https://example.org/papers/date/${date}`;
  const days = date.includes("..") ? { days: date.split("..") } : {};
  const shell = { id, source: date, kind, date, url, format: "data", early: false, ...days } as const;
  const edition: Edition = { ...shell, ...("papers" in wanted ? wanted : { papers: wanted }) };
  const hadSince = new Date(0);
  const query = { frequency: "daily", named: [], edition, channel: "smtp", now, hadSince, days: [] } as const;
  const { id: snapshot, groups } = await store.editions.snapshot(query);
  const papers = edition.papers.map((kept) => kept.id);
  const letters = groups.map(({ key }) => {
    const letter = {
      editionId: id,
      subject: id,
      preheader: "",
      html: "<p>{link:unsubscribe}</p>",
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
    snapshot,
    letters,
    now,
    sendBefore,
    days: [date],
  });
  if (result !== "prepared") throw new Error(`${id} was not prepared: ${result}`);
}

function paperOf(title: string): Paper {
  return paper({ id: paperIdOf(title), title, upvotes: 1 });
}

/** The id of the paper with this title. */
export function paperIdOf(title: string): string {
  return `2610.${createHash("sha256").update(title).digest("hex").slice(0, 5)}`;
}
