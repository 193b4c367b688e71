import type { PageSpec } from "./page-builder.js";
import { hexId, type Entry } from "./papers.js";

const PUBLISHER = {
  _id: hexId("postroom"),
  avatarUrl: "https://cdn-avatars.huggingface.co/v1/production/uploads/postroom.jpeg",
  isPro: false,
  fullname: "PR",
  user: "postroom",
  type: "user",
};

/** Keys that an entry and its paper had in August 2024 (measured on the one page of that form). */
const KEYS_2024 = {
  entry: ["paper", "publishedAt", "title", "thumbnail", "mediaUrls", "numComments", "upvoted", "submittedBy"],
  paper: ["id", "authors", "publishedAt", "title", "summary", "upvotes", "discussionId"],
};

function pick(value: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}

function entry2024(entry: Entry): object {
  return { ...pick(entry, KEYS_2024.entry), paper: pick(entry.paper, KEYS_2024.paper) };
}

function periodOf(spec: PageSpec): "day" | "week" | "month" {
  return spec.kind === "week" || spec.kind === "month" ? spec.kind : "day";
}

/** Returns the data of a list page as JSON, with the keys in the site's order. */
export function listData(spec: PageSpec): string {
  const dates = { ...(spec.prevDate && { prevDate: spec.prevDate }), publisher: PUBLISHER };
  const next = spec.nextDate ? { nextDate: spec.nextDate } : {};
  if (spec.kind === "day-2024") {
    const date = `${spec.date ?? "2024-08-01"}T00:00:00.000Z`;
    const dailyPapers = spec.entries.map(entry2024);
    return JSON.stringify({ canSubmit: false, date, dailyPapers, ...next, ...dates });
  }
  const dated = spec.kind !== "trending" && spec.date ? { dateString: spec.date } : {};
  const query = spec.query === undefined ? {} : { q: spec.query };
  const tail = { periodType: periodOf(spec), ...next, query, isTrending: spec.kind === "trending" };
  const found = spec.kind === "search" ? { searchResults: spec.entries } : {};
  const dailyPapers = spec.kind === "search" ? (spec.listing ?? []) : spec.entries;
  return JSON.stringify({ canSubmit: false, ...dated, dailyPapers, ...dates, ...tail, ...found });
}

/** Returns the data of a paper's page (target `PaperContent`): one `paper` in place of a list. */
export function paperData(spec: PageSpec): string {
  const entry = spec.entries[0];
  const rights = { canReadDatabase: false, canManagePapers: false, canSubmit: false, upvoted: false };
  return JSON.stringify({
    comments: [],
    primaryEmailConfirmed: false,
    paper: entry?.paper,
    ...rights,
    upvoters: [],
    acceptLanguages: ["*"],
    dailyPaperRank: 1,
  });
}
