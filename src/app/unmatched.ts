import type { LikedText, View } from "../core/model.js";
import { signToken } from "../core/tokens.js";
import { EDITIONS_OF_A_WEEK, editionsOfWeek, isSelective, matchesNothing } from "../rank/unmatched.js";
import type { Store } from "../store/store.js";
import type { App } from "./app.js";

/** The maximum number of mails per run, so that a wrong default view does not cause a flood of mail. Later runs notify the others. */
const MOST_MAILS = 100;

/** A view that kept no paper of an edition of this run, and its liked texts. */
export interface UnmatchedView {
  readonly view: View;
  readonly liked: readonly LikedText[];
}

/**
 * Queues a mail to readers whose view kept no paper of the last week, with the link to their preferences: once per reader and view.
 * Does nothing without a site, and until there is a week of editions.
 */
export async function warnUnmatched(
  app: Pick<App, "clock" | "config" | "home" | "secrets">,
  store: Pick<Store, "editions" | "subscribers" | "transactional">,
  candidates: readonly UnmatchedView[],
): Promise<void> {
  const { publicUrl } = app.config.settings;
  const selective = candidates.filter(({ view }) => isSelective(view));
  if (publicUrl === undefined || selective.length === 0) return;
  const now = app.clock();
  const week = editionsOfWeek(await store.editions.recent(EDITIONS_OF_A_WEEK), now);
  const views = selective.filter(({ view, liked }) => matchesNothing(view, week, liked)).map(({ view }) => view);
  const readers = views.length === 0 ? [] : await store.subscribers.untold(views, MOST_MAILS);
  if (readers.length === 0) return;
  const [{ openPages }, { pageMail }, { pageSettings }] = await Promise.all([
    import("../web/pages.js"),
    import("../web/site/signup-mail.js"),
    import("./site.js"),
  ]);
  const { templatesDir, branding, view } = pageSettings(app);
  const base = new URL(publicUrl).pathname.replace(/\/+$/, "");
  const pages = openPages({ templatesDir, branding, base, language: view.language, nav: [] });
  const { links: keys } = await app.secrets();
  for (const reader of readers) {
    const token = signToken({ purpose: "preferences", subscriberId: reader.id }, keys);
    const { address: to, view } = reader;
    const url = `${publicUrl}/p/${token}`;
    const mail = pageMail({ pages, branding }, { to, name: "unmatched", url, language: view.language, now });
    await store.transactional.enqueueAboutView({ mail, about: reader }, now);
  }
}
