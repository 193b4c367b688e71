import { clip } from "../../render/clip.js";
import type { ArchivedEdition } from "../../store/store.js";
import { editionLabel, editionPath, HTML, pagerOf, SHELVES } from "./document.js";
import type { ArchiveDocument, ArchiveParts } from "./document.js";

/** Editions on a page of the list. */
export const LIST_PAGE = 30;
const LONGEST_TITLE = 110;
const TITLES_SHOWN = 3;

/** A page of the list of editions of a kind; null where there is no such page. The first is there even when it is empty. */
export async function listDocument(
  parts: ArchiveParts,
  { path, kind }: (typeof SHELVES)[number],
  page: number,
): Promise<ArchiveDocument | null> {
  const { archive, pages, to, canSearch } = parts;
  const { total, editions } = await archive.editions({ kind, limit: LIST_PAGE, offset: (page - 1) * LIST_PAGE });
  if (page > 1 && editions.length === 0) return null;
  const words = pages.words();
  const data = {
    shelves: SHELVES.map((shelf) => ({
      url: to(shelf.path),
      label: words.say(`archive.${shelf.kind}`),
      isHere: shelf.kind === kind,
    })),
    editions: editions.map((edition) => entryOf(edition, parts)),
    search: canSearch ? { url: to("/search"), text: "" } : null,
    pager: pagerOf(page, Math.ceil(total / LIST_PAGE), (number) => to(number === 1 ? path : `${path}/${number}`)),
    feeds: parts.feeds.map((feed) => ({ url: to(feed.path), label: words.say(feed.message) })),
  };
  return { body: pages.render("site/archive.html.hbs", data), type: HTML, changedAt: null };
}

function entryOf(edition: ArchivedEdition, parts: ArchiveParts) {
  const { papers, titles } = edition;
  return {
    url: parts.to(editionPath(edition)),
    label: editionLabel(edition, parts),
    count: parts.pages.letterWords().say("papers", { count: papers }),
    titles: titles.slice(0, TITLES_SHOWN).map((title) => clip(title, LONGEST_TITLE)),
  };
}
