import { expect } from "vitest";
import type { Paper } from "../../../src/core/model.js";
import type { SiteParts } from "../../../src/web/context.js";
import { paper } from "../../rank/papers.js";
import { savePapers } from "./editions.js";
import { BASE, openHarness } from "../site/harness.js";
import type { Fields, Harness } from "../site/harness.js";

export const HARBOUR = paper({
  id: "2610.00001",
  title: "Harbour maps",
  abstract: "We map harbours.",
  authors: [{ name: "Zoë Müller" }],
  keywords: ["maps"],
  upvotes: 9,
  codeUrl: "https://example.org/code",
});
export const AGENTS = paper({ id: "2610.00002", title: "Agents at sea", upvotes: 5 });

/** A site with one reader and an empty archive. */
export interface ArchiveHarness extends Harness {
  /** Prepares an edition and moves the clock by an hour. */
  save(id: string, papers?: readonly Paper[]): Promise<void>;
  /** Requests a path below the site's base. */
  ask(path: string, headers?: Fields): Promise<Response>;
  /** Returns the text of an existing page. */
  page(path: string): Promise<string>;
}

export async function openArchiveHarness(given: Partial<SiteParts> = {}): Promise<ArchiveHarness> {
  const harness = await openHarness(given);
  await harness.reader("you@example.com");
  const ask: ArchiveHarness["ask"] = (path, headers = {}) => harness.get(BASE + path, { headers });
  return {
    ...harness,
    ask,
    save: async (id, papers = [HARBOUR, AGENTS]) => {
      await savePapers(harness, id, papers);
      harness.pass(3_600_000);
    },
    page: async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      return answer.text();
    },
  };
}
