import type { SubscriberChange, SubscriberState } from "../../store/store.js";
import type { RequestContext, SiteContext, SiteRoute } from "../context.js";
import { infoPage, leftPage } from "../info-page.js";
import { readLink } from "./links.js";
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
    const path = `/u/:token${action.path}`;
    return { method: "GET", path, answer: (context, site) => showAction(context, site, action) };
  }),
  { method: "POST", path: "/u/:token", answer: unsubscribe, needsOnlyLink: true },
  { method: "POST", path: "/u/:token/again", answer: subscribeAgain },
  ...ALTERNATIVES.map((action): SiteRoute => {
    const path = `/u/:token${action.path}`;
    return { method: "POST", path, answer: (context, site) => takeAlternative(context, site, action) };
  }),
];

async function showAction(context: RequestContext, site: SiteContext, action: LinkAction): Promise<Response> {
  const link = await readLink(context, site, "unsubscribe");
  if (typeof link === "string") return unknownLink(context, site);
  const subscriber = await site.store.subscribers.byId(link.id);
  if (!isSubscribed(subscriber)) return unsubscribed(context, site);
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
async function unsubscribe(context: RequestContext, site: SiteContext): Promise<Response> {
  const link = await readLink(context, site, "unsubscribe");
  if (typeof link === "string") return unknownLink(context, site);
  const subscriber = await site.store.subscribers.byId(link.id);
  if (subscriber !== null && !ENDED.has(subscriber.state)) await apply(site, link.id, STOP);
  return unsubscribed(context, site);
}

async function takeAlternative(context: RequestContext, site: SiteContext, action: LinkAction): Promise<Response> {
  const link = await readLink(context, site, "unsubscribe");
  if (typeof link === "string") return unknownLink(context, site);
  const limited = await enforceLimits(context, site, [linkLimit("subscriber", link.id)]);
  if (limited) return limited;
  const subscriber = await site.store.subscribers.byId(link.id);
  if (!isSubscribed(subscriber)) return unsubscribed(context, site);
  await apply(site, link.id, action);
  const words = site.pages.words(subscriber.view.language);
  return infoPage(context, site, { name: `${action.name}Done`, status: 200, words });
}

async function apply({ store, clock }: SiteContext, id: number, action: LinkAction): Promise<void> {
  const now = clock();
  await store.subscribers.changeById(id, action.change(now), now);
}

/** The same response for an address that unsubscribed now, unsubscribed earlier or was erased. */
function unsubscribed(context: RequestContext, site: SiteContext): Response {
  return leftPage(context, site, { name: "unsubscribed", action: againPath(site, context.req.param("token") ?? "") });
}

/** Returns the path of the button "Subscribe again". */
function againPath({ base }: SiteContext, token: string): string {
  return `${base}/u/${token}/again`;
}

/**
 * Mails a confirmation for the earlier preferences. The link alone does not resubscribe a reader: mail services know it, and a letter may
 * have been forwarded. A current subscriber gets the mail of a second sign-up.
 */
async function subscribeAgain(context: RequestContext, site: SiteContext): Promise<Response> {
  const link = await readLink(context, site, "unsubscribe");
  if (typeof link === "string") return unknownLink(context, site);
  const limited = await enforceLimits(context, site, [
    linkLimit("subscriber", link.id),
    ...signupLimits(context, site),
  ]);
  if (limited) return limited;
  const subscriber = await site.store.subscribers.byId(link.id);
  if (subscriber === null) return nothingStored(context, site);
  const { address, frequency, view } = subscriber;
  const inTheirLanguage = { ...site, pages: site.pages.in(view.language) };
  await mailForSignup(inTheirLanguage, { address, frequency, view, origin: "site" });
  return context.redirect(`${site.base}/sent`, 303);
}

function unknownLink(context: RequestContext, site: SiteContext): Response {
  return infoPage(context, site, { name: "unknown", status: 404 });
}
