import type { Subscriber } from "../../store/store.js";
import type { RequestContext, SiteContext } from "../context.js";
import { infoPage, subscribeLink } from "../info-page.js";
import { createCsrfToken, readCsrfToken } from "./csrf-token.js";
import { readLink } from "./links.js";
import type { Link } from "./links.js";
import type { Pause, Preferences } from "./preferences-form.js";

/** A verified preferences link and its subscriber; null if the subscriber has been erased. */
export interface SubscriberLink {
  readonly link: Link;
  readonly subscriber: Subscriber | null;
}

/** Verifies the preferences link of a request and loads its subscriber. Returns an error page for an invalid link. */
export async function openSubscriberLink(
  context: RequestContext,
  site: SiteContext,
): Promise<SubscriberLink | Response> {
  const link = await readLink(context, site, "preferences");
  if (typeof link === "string") {
    return infoPage(context, site, { name: "unknown", status: 404, links: [subscribeLink(site)] });
  }
  return { link, subscriber: await site.store.subscribers.byId(link.id) };
}

/** Returns whether the subscriber can receive letters, now or after a pause. */
export function isSubscribed(subscriber: Subscriber | null): subscriber is Subscriber {
  return subscriber?.state === "active" || subscriber?.state === "paused";
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
export function csrfTokenFor({ secret, clock }: SiteContext, { token }: Link): string {
  return createCsrfToken({ secret, form: `subscriber ${token}` }, clock());
}

/** Returns whether a CSRF token is valid for this subscriber's form. */
export function hasCsrfToken({ secret, clock }: SiteContext, { token }: Link, csrf: string): boolean {
  return readCsrfToken(csrf, { secret, form: `subscriber ${token}` }, clock()) !== null;
}
