import { expect } from "vitest";
import type { Paper } from "../../../src/core/model.js";
import type { SiteParts } from "../../../src/web/context.js";
import { paper } from "../../rank/papers.js";
import { savePapers } from "./editions.js";
import { BASE, openRig } from "../site/rig.js";
import type { Fields, Rig } from "../site/rig.js";

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

/** A site with one reader, and an archive to be filled. */
export interface ArchiveRig extends Rig {
  /** Prepares an edition, and lets an hour pass. */
  save(id: string, papers?: readonly Paper[]): Promise<void>;
  /** Asks for a path below the site's base. */
  ask(path: string, headers?: Fields): Promise<Response>;
  /** The text of a page that is there. */
  page(path: string): Promise<string>;
}

export async function openArchiveRig(given: Partial<SiteParts> = {}): Promise<ArchiveRig> {
  const rig = await openRig(given);
  await rig.reader("you@example.com");
  const ask: ArchiveRig["ask"] = (path, headers = {}) => rig.get(BASE + path, { headers });
  return {
    ...rig,
    ask,
    save: async (id, papers = [HARBOUR, AGENTS]) => {
      await savePapers(rig, id, papers);
      rig.pass(3_600_000);
    },
    page: async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      return answer.text();
    },
  };
}
