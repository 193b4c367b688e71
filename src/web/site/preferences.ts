import { rank } from "../../rank/digest.js";
import type { View } from "../../core/model.js";
import type { Words } from "../../render/words.js";
import type { Subscriber } from "../../store/store.js";
import { note } from "../info-page.js";
import { linkBucket, spend } from "./rate-limits.js";
import { readForm } from "./form.js";
import { signedPath } from "./links.js";
import type { Link } from "./links.js";
import type { Desk, SiteContext, SiteRoute } from "../context.js";
import { hasSeal, isMember, nothingStored, sealFor, visitOf, wishOf } from "./subscriber.js";
import { readerFields, topicFields, wishFields } from "./form-fields.js";
import { pauseChange, readWish } from "./preferences-form.js";
import type { Mistake, Wish } from "./preferences-form.js";

export const preferencesRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/p/:token", answer: showPreferences },
  { method: "POST", path: "/p/:token", answer: changePreferences },
];

interface Shown {
  readonly link: Link;
  readonly reader: Subscriber;
  readonly wish: Wish;
  readonly mistakes?: readonly Mistake[];
  /** The key of a message on top: what was done. */
  readonly notice?: string | null;
  readonly preview?: Preview | null;
}

/** What the papers of the last week say of some wishes. */
interface Preview {
  readonly matched: number;
  readonly of: number;
  readonly titles: readonly string[];
}

/** What an address may ask to be said; anything else is passed over. */
const NOTICES = ["welcome", "saved"] as const;

async function showPreferences(context: SiteContext, desk: Desk): Promise<Response> {
  const visit = await visitOf(context, desk);
  if (visit instanceof Response) return visit;
  const { link, reader } = visit;
  if (!reader) return nothingStored(context, desk);
  if (!isMember(reader)) return showAway(context, desk, { link, reader });
  const notice = NOTICES.find((name) => context.req.query(name) !== undefined);
  const wish = wishOf(reader, desk.clock());
  return render(context, desk, { link, reader, wish, notice: notice === undefined ? null : `notice.${notice}` });
}

/** For whoever left: what is stored can still be seen and erased. */
function showAway(context: SiteContext, desk: Desk, { link, reader }: Pick<Shown, "link" | "reader">): Response {
  const here = `${desk.base}/p/${link.token}`;
  return note(context, desk, {
    name: "away",
    status: 200,
    words: desk.pages.words(reader.view.language),
    links: [
      { url: `${desk.base}/`, message: "link.subscribe" },
      { url: `${here}/data`, message: "link.data" },
      { url: `${here}/erase`, message: "link.erase" },
    ],
  });
}

async function render(context: SiteContext, desk: Desk, shown: Shown): Promise<Response> {
  const { link, reader, wish, mistakes = [], notice = null, preview = null } = shown;
  const words = desk.pages.words(reader.view.language);
  const here = `${desk.base}/p/${link.token}`;
  const data = {
    action: here,
    seal: sealFor(desk, link),
    notice: notice === null ? null : words.say(notice),
    mistakes: mistakes.map(({ message }) => words.say(message)),
    preview: preview && previewWords(preview, words),
    ...wishFields(wish, words),
    topics: topicFields(wish, mistakes),
    ...readerFields(wish, { languages: desk.pages.letterLanguages, words }),
    leaveUrl: desk.base + (await signedPath(desk, "unsubscribe", reader.id)),
    dataUrl: `${here}/data`,
    eraseUrl: `${here}/erase`,
  };
  return context.html(desk.pages.render("site/preferences.html.hbs", data, words), mistakes.length > 0 ? 422 : 200);
}

/** Saves what the form says, or shows what it would bring; only saving writes. */
async function changePreferences(context: SiteContext, desk: Desk): Promise<Response> {
  const visit = await visitOf(context, desk);
  if (visit instanceof Response) return visit;
  const { link, reader } = visit;
  if (!reader) return nothingStored(context, desk);
  if (!isMember(reader)) return showAway(context, desk, { link, reader });
  const form = await readForm(context);
  if (!form) return note(context, desk, { name: "malformed", status: 415 });
  const now = desk.clock();
  const before = wishOf(reader, now);
  const { wish, mistakes } = readWish(form, { before, languages: desk.pages.letterLanguages, now });
  if (!hasSeal(desk, link, form.get("seal"))) {
    return render(context, desk, { link, reader, wish, mistakes: [{ field: "seal", message: "mistake.old" }] });
  }
  if (mistakes.length > 0) return render(context, desk, { link, reader, wish, mistakes });
  const refusal = await spend(context, desk, [linkBucket("reader", reader.id)]);
  if (refusal) return refusal;
  if (form.get("do") === "preview") {
    return render(context, desk, { link, reader, wish, preview: await previewOf(wish.view, desk) });
  }
  // The state is written only where the pause changed: a reader who leaves at this moment stays gone.
  const isPauseNew = JSON.stringify(wish.pause) !== JSON.stringify(before.pause);
  const change = { frequency: wish.frequency, view: wish.view, ...(isPauseNew ? pauseChange(wish.pause) : {}) };
  await desk.store.subscribers.changeById(reader.id, change, now);
  return context.redirect(`${desk.base}/p/${link.token}?saved`, 303);
}

const WEEK_MS = 7 * 86_400_000;
/** The last week's editions, also when catch-ups and two channels made more of them. */
const EDITIONS_LOOKED_AT = 24;
const TITLES_SHOWN = 5;

async function previewOf(view: View, { store, clock }: Desk): Promise<Preview> {
  const since = clock().getTime() - WEEK_MS;
  const recent = await store.editions.recent(EDITIONS_LOOKED_AT);
  const editions = recent.filter(({ edition, preparedAt }) => edition.kind === "day" && preparedAt.getTime() >= since);
  const papers = editions.flatMap(({ edition }) => edition.papers);
  const [first] = editions;
  if (!first) return { matched: 0, of: 0, titles: [] };
  const { days: _days, ...edition } = first.edition;
  const { kept, dropped } = rank({ ...edition, papers }, { ...view, limit: null });
  return {
    matched: kept.length,
    of: kept.length + dropped.length,
    titles: kept.slice(0, TITLES_SHOWN).map(({ paper }) => paper.title),
  };
}

function previewWords({ matched, of, titles }: Preview, words: Words) {
  const text = of === 0 ? words.say("preview.none") : words.say("preview.matched", { count: matched, total: of });
  return { text, titles };
}
