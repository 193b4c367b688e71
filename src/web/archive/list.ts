import { clip } from "../../render/clip.js";
import type { ArchivedEdition } from "../../store/store.js";
import { editionLabel, editionPath, HTML, metaOf, pagerOf, SECTIONS } from "./document.js";
import type { ArchiveContext, ArchiveDocument, Topic } from "./document.js";
import { TOPIC_FEED } from "./feed-formats.js";

/** Editions per page. */
export const LIST_PAGE = 30;
const MAX_TITLE_LENGTH = 110;
const MAX_TITLES = 3;

/** Renders a page of the list of editions. Returns null if it does not exist. The first page exists even if it is empty. */
export async function listDocument(
  context: ArchiveContext,
  { path, kind }: (typeof SECTIONS)[number],
  { page, topics }: { readonly page: number; readonly topics: readonly Topic[] },
): Promise<ArchiveDocument | null> {
  const { archive, pages, branding, to } = context;
  const { total, editions } = await archive.editions({ kind, limit: LIST_PAGE, offset: (page - 1) * LIST_PAGE });
  if (page > 1 && editions.length === 0) return null;
  const words = pages.words();
  const pathOf = (number: number) => (number === 1 ? path : `${path}/${number}`);
  const ofPapers = words.say(TOPIC_FEED.message);
  const topicFeeds = (context.feeds.length === 0 ? [] : topics).map((topic) => ({
    url: to(context.feedPath(TOPIC_FEED, topic)),
    label: topic.word,
  }));
  const data = {
    meta: {
      ...metaOf(
        context,
        page === 1 && kind === "day" ? "/archive" : pathOf(page),
        words.say("archive.description", { name: branding.name }),
      ),
      feeds: topicFeeds.map(({ url, label }) => ({ url, type: TOPIC_FEED.type, label: `${ofPapers}: ${label}` })),
    },
    sections: SECTIONS.map((section) => ({
      url: to(section.path),
      label: words.say(`archive.${section.kind}`),
      isCurrent: section.kind === kind,
    })),
    editions: editions.map((edition) => entryOf(edition, context)),
    search: { url: to("/search"), text: "" },
    pager: pagerOf(page, Math.ceil(total / LIST_PAGE), (number) => to(pathOf(number))),
    feeds: context.feeds.map((feed) => ({ url: to(feed.path), label: words.say(feed.message) })),
    topicFeeds,
  };
  return { body: pages.render("site/archive.html.hbs", data), type: HTML, changedAt: null };
}

function entryOf(edition: ArchivedEdition, context: ArchiveContext) {
  const { papers, titles } = edition;
  return {
    url: context.to(editionPath(edition)),
    label: editionLabel(edition, context),
    count: context.pages.letterWords().say("papers", { count: papers }),
    titles: titles.slice(0, MAX_TITLES).map((title) => clip(title, MAX_TITLE_LENGTH)),
  };
}
