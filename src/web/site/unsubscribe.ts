import type { Subscriber, SubscriberChange, SubscriberState } from "../../store/store.js";
import type { SiteContext, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";
import { forLink } from "./links.js";
import type { LinkRequest } from "./links.js";
import { pauseChange, pauseFor } from "./preferences-form.js";
import { enforceLimits, linkLimit, signupLimits } from "./rate-limits.js";
import { mailForSignup } from "./signup-mail.js";
import { isSubscribed, nothingStored } from "./subscriber.js";

/** States that unsubscribing must not overwrite: these addresses get no letters anyway. */
const ENDED: ReadonlySet<SubscriberState> = new Set(["gone", "bounced"]);

/** Length of the pause that is offered as an alternative. */
const PAUSE_DAYS = 28;

/** A change that an unsubscribe link allows. Each has a page with one button. */
interface LinkAction {
  /** Prefix of its messages: `unsubscribe.NAME.title` and so on. */
  readonly name: "stop" | "pause" | "weekly";
  /** Path below `/u/TOKEN`. */
  readonly path: "" | "/pause" | "/weekly";
  readonly change: (now: Date) => SubscriberChange;
}

const STOP: LinkAction = { name: "stop", path: "", change: () => ({ state: "gone" }) };

const ALTERNATIVES: readonly LinkAction[] = [
  { name: "pause", path: "/pause", change: (now) => pauseChange(pauseFor(PAUSE_DAYS, now)) },
  { name: "weekly", path: "/weekly", change: () => ({ frequency: "weekly" }) },
];

/**
 * Unsubscribing needs only the link, and the link never expires: no cookie, no rate limit, no CSRF token (RFC 8058,
 * section 3.2). Mail services send the request for their users, and not all of them with the body of section 3.1, so any POST counts.
 */
export const unsubscribeRoutes: readonly SiteRoute[] = [
  ...[STOP, ...ALTERNATIVES].map((action): SiteRoute => {
    return { method: "GET", path: pathOf(action), answer: forReader((request) => showAction(request, action)) };
  }),
  { method: "POST", path: pathOf(STOP), answer: forReader(unsubscribe), needsOnlyLink: true },
  { method: "POST", path: "/u/:token/again", answer: forReader(subscribeAgain) },
  ...ALTERNATIVES.map((action): SiteRoute => {
    return { method: "POST", path: pathOf(action), answer: forReader((request) => takeAlternative(request, action)) };
  }),
];

function pathOf({ path }: LinkAction): string {
  return `/u/:token${path}`;
}

/** A request with an unsubscribe link; the subscriber is null if they were erased. */
interface ReaderRequest extends LinkRequest {
  readonly subscriber: Subscriber | null;
}

function forReader(answer: (request: ReaderRequest) => Response | Promise<Response>): SiteRoute["answer"] {
  return forLink("unsubscribe", {
    answer: async (request) => {
      const subscriber = await request.site.store.subscribers.byId(request.link.id);
      return answer({ ...request, subscriber });
    },
  });
}

function showAction(request: ReaderRequest, action: LinkAction): Response {
  const { context, site, link, subscriber } = request;
  if (subscriber === null || !isSubscribed(subscriber)) return unsubscribed(request);
  const words = site.pages.words(subscriber.view.language);
  const here = `${site.base}/u/${link.token}`;
  const offered = ALTERNATIVES.filter(({ name }) => name !== "weekly" || subscriber.frequency === "daily");
  const data = {
    title: words.say(`unsubscribe.${action.name}.title`, { name: site.branding.name }),
    text: words.say(`unsubscribe.${action.name}.text`, { days: PAUSE_DAYS }),
    button: words.say(`unsubscribe.${action.name}.button`),
    action: here + action.path,
    alternatives:
      action === STOP
        ? offered.map(({ name, path }) => ({ url: here + path, label: `unsubscribe.${name}.offer` }))
        : [],
  };
  return context.html(site.pages.render("site/unsubscribe.html.hbs", data, words));
}

/** Handles one-click unsubscribe by mail services and the button of the page. A GET, which link scanners send, changes nothing. */
async function unsubscribe(request: ReaderRequest): Promise<Response> {
  const { site, link, subscriber } = request;
  if (subscriber !== null && !ENDED.has(subscriber.state)) await apply(site, link.id, STOP);
  return unsubscribed(request);
}

async function takeAlternative(request: ReaderRequest, action: LinkAction): Promise<Response> {
  const { context, site, link, subscriber } = request;
  const limited = await enforceLimits(context, site, [linkLimit("subscriber", link.id)]);
  if (limited) return limited;
  if (subscriber === null || !isSubscribed(subscriber)) return unsubscribed(request);
  await apply(site, link.id, action);
  const words = site.pages.words(subscriber.view.language);
  return infoPage(context, site, { name: `${action.name}Done`, status: 200, words });
}

async function apply({ store, clock }: SiteContext, id: number, action: LinkAction): Promise<void> {
  const now = clock();
  await store.subscribers.changeById(id, action.change(now), now);
}

/** The same response for an address that unsubscribed now, unsubscribed earlier or was erased. */
function unsubscribed({ context, site, link }: ReaderRequest): Response {
  return infoPage(context, site, { name: "unsubscribed", status: 200, again: `${site.base}/u/${link.token}/again` });
}

/**
 * Mails a confirmation for the earlier preferences. The link alone does not resubscribe a reader: mail services know it, and a letter may
 * have been forwarded. A current subscriber gets the mail of a second sign-up.
 */
async function subscribeAgain({ context, site, link, subscriber }: ReaderRequest): Promise<Response> {
  const limits = [linkLimit("subscriber", link.id), ...signupLimits(context, site)];
  const limited = await enforceLimits(context, site, limits);
  if (limited) return limited;
  if (subscriber === null) return nothingStored(context, site);
  const { address, frequency, view } = subscriber;
  const inTheirLanguage = { ...site, pages: site.pages.in(view.language) };
  await mailForSignup(inTheirLanguage, { address, frequency, view, origin: "site" });
  return context.redirect(`${site.base}/sent`, 303);
}
