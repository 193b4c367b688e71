import type { Digest } from "../../core/model.js";
import { rank } from "../../rank/digest.js";
import { NO_CUT } from "../../render/cut.js";
import { letterWriter } from "../../render/letter-data.js";
import type { ArchivedEdition } from "../../store/store.js";
import { editionLabel, HTML, paperPath } from "./document.js";
import type { ArchiveDocument, ArchiveParts } from "./document.js";

/** An edition as a page: the letter as the house's view makes it, whole, with a list of contents; null when there is none. */
export async function editionDocument(parts: ArchiveParts, date: string): Promise<ArchiveDocument | null> {
  const found = await parts.archive.edition(date);
  if (found === null) return null;
  const digest = rank(found.edition, wholeView(parts));
  const body = parts.pages.render("site/edition.html.hbs", editionData(parts, found, digest));
  return { body, type: HTML, changedAt: found.at };
}

/** A page has room: nothing is cut off, and nothing stands in one line alone. Pictures would come from elsewhere. */
function wholeView({ view }: ArchiveParts): Digest["view"] {
  return { ...view, limit: null, fullUpTo: Number.MAX_SAFE_INTEGER, pictures: false };
}

function editionData(parts: ArchiveParts, found: ArchivedEdition, digest: Digest) {
  const { pages, branding, to } = parts;
  const letterWords = pages.letterWords();
  const letter = letterWriter({ digest, branding, words: letterWords })(NO_CUT);
  return {
    period: editionLabel(found, parts),
    count: letter.count,
    notices: letter.notices,
    byDay: letter.byDay,
    papers: letter.papers.map((paper, index) => ({
      ...paper,
      page: to(paperPath(digest.kept[index]?.paper ?? { id: "" })),
      keywords: paper.keywords === null ? null : `${letterWords.say("keywords")}: ${paper.keywords}`,
    })),
    revisit: letter.revisit,
    sourceUrl: letter.sourceUrl,
    mailed: pages.words().say("archive.mailed", { date: letterWords.date(found.at, "day") }),
    archive: to("/archive"),
  };
}
