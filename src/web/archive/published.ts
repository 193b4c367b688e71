import { rank } from "../../rank/digest.js";
import { letterWriter } from "../../render/letter-data.js";
import type { PaperData } from "../../render/paper-data.js";
import type { ArchiveStore } from "../../store/store.js";
import type { LatestIssue } from "../context.js";
import { editionLabel, editionPath, paperPath, SECTIONS } from "./document.js";
import type { ArchiveContext } from "./document.js";

/** Returns the newest daily edition, or the newest of any kind, as a letter in the default view; null if the archive is empty. */
export async function latestIssue(context: ArchiveContext): Promise<LatestIssue | null> {
  const { archive, pages, branding, view, to } = context;
  const [daily, any] = await Promise.all(
    (["day", null] as const).map((kind) => archive.editions({ kind, limit: 1, offset: 0 })),
  );
  const newest = daily?.editions[0] ?? any?.editions[0];
  const found = newest && (await archive.edition(newest.date));
  if (!found) return null;
  const digest = rank(found.edition, { ...view, pictures: false });
  const letter = letterWriter({ digest, branding, words: pages.letterWords() })();
  const url = to(editionPath(found));
  const onSite = (paper: PaperData): PaperData => ({
    ...paper,
    url: to(paperPath(digest.kept[paper.rank - 1]?.paper ?? { id: "" })),
  });
  return {
    period: editionLabel(found, context),
    url,
    overview: letter.overview,
    leads: letter.leads.map(onSite),
    papers: letter.papers.map(onSite),
    brief: letter.brief.map(({ heading, papers }) => ({ heading, papers: papers.map(onSite) })),
    left: letter.left && { ...letter.left, url },
  };
}

/** Editions per query. */
const BATCH = 500;

/** Returns the lists and all editions of the archive, newest first. The editions link to the pages of their papers. */
export async function publishedPages(archive: ArchiveStore) {
  const editions: { readonly path: string; readonly changedAt: Date | null }[] = [];
  for (let offset = 0, total = 1; offset < total; offset += BATCH) {
    const found = await archive.editions({ kind: null, limit: BATCH, offset });
    editions.push(...found.editions.map((edition) => ({ path: editionPath(edition), changedAt: edition.at })));
    total = found.total;
  }
  const changedAt = editions[0]?.changedAt ?? null;
  return [
    ...["/archive", ...SECTIONS.slice(1).map(({ path }) => path)].map((path) => ({ path, changedAt })),
    ...editions,
  ];
}
