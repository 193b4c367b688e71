import { nextIssue } from "../../editions/welcome.js";
import type { Words } from "../../render/words.js";
import type { Subscriber } from "../../store/store.js";
import type { RequestContext, SiteContext } from "../context.js";
import { infoPage, subscribeLink } from "../info-page.js";
import { createCsrfToken, readCsrfToken } from "./form.js";
import { forLink } from "./links.js";
import type { LinkRequest } from "./links.js";
import type { Pause, Preferences } from "./preferences-form.js";

/** A request with the preferences link of a subscriber, who may have unsubscribed. */
export interface SubscriberRequest extends LinkRequest {
  readonly subscriber: Subscriber;
  /** The site's messages in the subscriber's language. */
  readonly words: Words;
  /** The path of the link, below which the other pages of the subscriber are. */
  readonly here: string;
}

/** Returns the handler of a route with a preferences link. It says so if the subscriber has been erased. */
export function forSubscriber(answer: (request: SubscriberRequest) => Response | Promise<Response>) {
  return forLink("preferences", {
    answer: async ({ context, site, link }) => {
      const subscriber = await site.store.subscribers.byId(link.id);
      if (subscriber === null) return nothingStored(context, site);
      const words = site.pages.words(subscriber.view.language);
      return answer({ context, site, link, subscriber, words, here: `${site.base}/p/${link.token}` });
    },
    refuse: (context, site) => infoPage(context, site, { name: "unknown", status: 404, links: [subscribeLink(site)] }),
  });
}

/** Returns whether the subscriber can receive letters, now or after a pause. */
export function isSubscribed({ state }: Subscriber): boolean {
  return state === "active" || state === "paused";
}

/** Responds that no data is stored for this link. */
export function nothingStored(context: RequestContext, site: SiteContext): Response {
  return infoPage(context, site, { name: "nothingStored", status: 200, links: [subscribeLink(site)] });
}

/** Returns a subscriber's current preferences. A pause that has ended counts as no pause. */
export function preferencesOf({ frequency, view, state, pausedUntil }: Subscriber, now: Date): Preferences {
  const hasEnded = pausedUntil !== null && pausedUntil <= now;
  const pause: Pause =
    state !== "paused" || hasEnded
      ? { kind: "no" }
      : pausedUntil === null
        ? { kind: "open" }
        : { kind: "until", day: pausedUntil.toISOString().slice(0, 10) };
  return { frequency, view, pause };
}

/** Creates the CSRF token for a subscriber's form. */
export function csrfTokenFor({ site: { secret, clock }, link: { token } }: LinkRequest): string {
  return createCsrfToken({ secret, form: `subscriber ${token}` }, clock());
}

/** Returns whether a CSRF token is valid for this subscriber's form. */
export function hasCsrfToken({ site: { secret, clock }, link: { token } }: LinkRequest, csrf: string): boolean {
  return readCsrfToken(csrf, { secret, form: `subscriber ${token}` }, clock()) !== null;
}

/** Returns the day of the next weekly or monthly issue, such as `Sunday, 1 November 2026`; empty for daily ones. */
export function nextIssueLabel({ frequency }: Pick<Subscriber, "frequency">, now: Date, words: Words): string {
  const next = nextIssue(frequency, now);
  return next === null ? "" : words.date(new Date(next), "long");
}
