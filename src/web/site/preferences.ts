import type { View } from "../../core/model.js";
import { getsFirstIssue } from "../../editions/welcome.js";
import { rank } from "../../rank/digest.js";
import type { Words } from "../../render/words.js";
import type { SiteContext, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";
import { readForm } from "./form.js";
import { signedPath } from "./links.js";
import { detailFields, listFields, preferenceFields, pauseChange, readPreferences } from "./preferences-form.js";
import type { FieldError, Preferences } from "./preferences-form.js";
import { enforceLimits, linkLimit } from "./rate-limits.js";
import {
  csrfTokenFor,
  forSubscriber,
  hasCsrfToken,
  isSubscribed,
  nextIssueLabel,
  preferencesOf,
} from "./subscriber.js";
import type { SubscriberRequest } from "./subscriber.js";

export const preferencesRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/p/:token", answer: forSubscriber(showPreferences) },
  { method: "POST", path: "/p/:token", answer: forSubscriber(changePreferences) },
];

interface PreferencesPage {
  readonly preferences: Preferences;
  readonly errors?: readonly FieldError[];
  /** Confirmation at the top of the page. */
  readonly notice?: string | null;
  readonly preview?: Preview | null;
}

/** How many of the last week's papers a view would have selected. */
interface Preview {
  readonly matched: number;
  readonly of: number;
  readonly titles: readonly string[];
}

/** Notices that a query parameter can select after a redirect. */
const NOTICES = ["welcome", "saved"] as const;

async function showPreferences(request: SubscriberRequest): Promise<Response> {
  const { context, site, subscriber } = request;
  if (!isSubscribed(subscriber)) return showFormer(request);
  const notice = NOTICES.find((name) => context.req.query(name) !== undefined);
  return render(request, {
    preferences: preferencesOf(subscriber, site.clock()),
    notice: notice === undefined ? null : await noticeOf(notice, request),
  });
}

/** Returns the confirmation after a redirect. For new subscribers, it contains the dates of their first and next issue. */
async function noticeOf(
  notice: (typeof NOTICES)[number],
  { subscriber, site: { store, clock }, words }: SubscriberRequest,
): Promise<string> {
  if (notice === "saved") return words.say("notice.saved");
  const now = clock();
  const when = (await getsFirstIssue(subscriber, { store, now })) ? "welcome" : "first";
  return words.say(`notice.${when}.${subscriber.frequency}`, { date: nextIssueLabel(subscriber, now, words) });
}

/** The page for former subscribers, who can still export and erase their data. */
async function showFormer({ context, site, link, words, here }: SubscriberRequest): Promise<Response> {
  return infoPage(context, site, {
    name: "former",
    status: 200,
    again: `${site.base}${await signedPath(site, "unsubscribe", link.id)}/again`,
    words,
    links: [
      { url: `${here}/data`, message: "link.data" },
      { url: `${here}/erase`, message: "link.erase" },
    ],
  });
}

async function render(
  request: SubscriberRequest,
  { preferences, errors = [], notice = null, preview = null }: PreferencesPage,
): Promise<Response> {
  const { context, site, subscriber, words, here } = request;
  const data = {
    action: here,
    csrf: csrfTokenFor(request),
    notice,
    errors: errors.map(({ message }) => words.say(message)),
    preview: preview && previewData(preview, words),
    ...preferenceFields(preferences, words),
    lists: listFields(preferences, errors),
    ...detailFields(preferences, { languages: site.pages.letterLanguages, words, errors }),
    unsubscribeUrl: site.base + (await signedPath(site, "unsubscribe", subscriber.id)),
    likesUrl: `${here}/likes`,
    dataUrl: `${here}/data`,
    eraseUrl: `${here}/erase`,
  };
  return context.html(site.pages.render("site/preferences.html.hbs", data, words), errors.length > 0 ? 422 : 200);
}

/** Saves the form, or shows a preview of its view without saving. */
async function changePreferences(request: SubscriberRequest): Promise<Response> {
  const { context, site, subscriber, here } = request;
  if (!isSubscribed(subscriber)) return showFormer(request);
  const form = await readForm(context);
  if (!form) return infoPage(context, site, { name: "malformed", status: 415 });
  const now = site.clock();
  const before = preferencesOf(subscriber, now);
  const { preferences, errors } = readPreferences(form, { before, languages: site.pages.letterLanguages, now });
  if (!hasCsrfToken(request, form.get("csrf"))) {
    return render(request, { preferences, errors: [{ field: "csrf", message: "error.expired" }] });
  }
  if (errors.length > 0) return render(request, { preferences, errors });
  const limited = await enforceLimits(context, site, [linkLimit("subscriber", subscriber.id)]);
  if (limited) return limited;
  if (form.get("do") === "preview") {
    return render(request, { preferences, preview: await previewOf(preferences.view, site) });
  }
  // The state is written only if the pause changed, so that a concurrent unsubscribe is not undone.
  const isPauseChanged = JSON.stringify(preferences.pause) !== JSON.stringify(before.pause);
  const { frequency, view, pause } = preferences;
  const change = { frequency, view, ...(isPauseChanged ? pauseChange(pause) : {}) };
  await site.store.subscribers.changeById(subscriber.id, change, now);
  return context.redirect(`${here}?saved`, 303);
}

const WEEK_MS = 7 * 86_400_000;
/** Enough for one week, including catch-ups and a second channel. */
const MAX_RECENT_EDITIONS = 24;
const MAX_PREVIEW_TITLES = 5;

async function previewOf(
  view: View,
  { store, clock, likedBy }: Pick<SiteContext, "store" | "clock" | "likedBy">,
): Promise<Preview> {
  const since = clock().getTime() - WEEK_MS;
  const recent = await store.editions.recent(MAX_RECENT_EDITIONS);
  const editions = recent.filter(({ edition, preparedAt }) => edition.kind === "day" && preparedAt.getTime() >= since);
  const papers = editions.flatMap(({ edition }) => edition.papers);
  const [first] = editions;
  if (!first) return { matched: 0, of: 0, titles: [] };
  const { days: _days, ...edition } = first.edition;
  const liked = await likedBy(view);
  const { kept, dropped } = rank({ ...edition, papers }, { ...view, limit: null }, { liked });
  return {
    matched: kept.length,
    of: kept.length + dropped.length,
    titles: kept.slice(0, MAX_PREVIEW_TITLES).map(({ paper }) => paper.title),
  };
}

function previewData({ matched, of, titles }: Preview, words: Words) {
  const text = of === 0 ? words.say("preview.none") : words.say("preview.matched", { count: matched, total: of });
  return { text, titles };
}
