import { readFileSync } from "node:fs";
import path from "node:path";
import { openStore } from "../../../src/app/open-store.js";
import { paper } from "../../rank/papers.js";
import { paperboy } from "../../support/paperboy.js";
import { savePapers } from "./editions.js";

const PAPERS = [
  paper({
    id: "2610.00001",
    title: "Harbour maps",
    abstract: "We map harbours.",
    keywords: ["maps", "Sea charts"],
    upvotes: 9,
  }),
  paper({ id: "2610.00002", title: "Agents at sea", authors: [{ name: "Zoë Müller" }], upvotes: 5 }),
  paper({ id: "2610.00003", title: "Tides", summary: "Tides can be told.", keywords: ["sea charts"], upvotes: 2 }),
];

const NOW = new Date("2026-10-05T07:00:00Z");

/** Puts editions of the same three papers into the ledger of a home; those of a search have one that says `private`. */
export async function fillHome(home: string, ids: readonly string[]): Promise<void> {
  await paperboy(["subscribers", "add", "you@example.com"], { home });
  const key = Buffer.from(readFileSync(path.join(home, "paperboy.key"), "utf8").split("\n", 1)[0] ?? "");
  const store = await openStore({ target: path.join(home, "paperboy.db"), key });
  for (const id of ids) {
    const hasTokenInPath = id.startsWith("search:");
    await savePapers(
      { store, now: () => NOW },
      id,
      hasTokenInPath ? [paper({ id: "2610.00009", title: "Private matters" })] : PAPERS,
    );
  }
  await store.close();
}
