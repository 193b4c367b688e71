import { parseAddress } from "../../send/message/address.js";
import type { RequestContext, SiteContext, SiteRoute } from "../context.js";
import { infoPage, subscribeLink } from "../info-page.js";
import { createCsrfToken, readCsrfToken, readForm } from "./form.js";
import type { Form } from "./form.js";
import { forLink, signedPath } from "./links.js";
import type { LinkRequest } from "./links.js";
import { listFields, preferenceFields, readPreferences } from "./preferences-form.js";
import type { FieldError, Preferences, PreferencesResult } from "./preferences-form.js";
import { enforceLimits, linkLimit, signupLimits } from "./rate-limits.js";
import { mailForSignup } from "./signup-mail.js";
import { nextIssueLabel } from "./subscriber.js";

/** A form that is filled in faster than this was probably sent by a program. */
const MIN_FILL_MS = 2_000;
/** Minimum response time. It keeps response times from revealing whether an address is known. */
export const MIN_RESPONSE_MS = 300;

export const subscribeRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/", answer: showForm },
  { method: "POST", path: "/subscribe", answer: subscribe },
  {
    method: "GET",
    path: "/sent",
    answer: (context, site) => infoPage(context, site, { name: "sent", status: 200 }),
  },
  { method: "GET", path: "/c/:token", answer: forLink("confirm", { answer: showConfirm, refuse: refuseLink }) },
  { method: "POST", path: "/c/:token", answer: forLink("confirm", { answer: confirm, refuse: refuseLink }) },
];

interface SubscribeForm {
  readonly address: string;
  readonly preferences: Preferences;
  readonly errors: readonly FieldError[];
  /** When the form was first shown. */
  readonly shownAt: Date;
}

/** The default view, in the language of the page if letters are available in it. */
function defaultPreferences({ view, pages }: SiteContext): Preferences {
  const { language, letterLanguages } = pages;
  const isVisitors = pages.in().language !== language && letterLanguages.includes(language);
  return { frequency: "daily", view: isVisitors ? { ...view, language } : view, pause: { kind: "no" } };
}

function csrfScope({ secret }: SiteContext) {
  return { secret, form: "subscribe" };
}

async function showForm(context: RequestContext, site: SiteContext): Promise<Response> {
  return render(context, site, {
    address: "",
    preferences: defaultPreferences(site),
    errors: [],
    shownAt: site.clock(),
  });
}

async function render(context: RequestContext, site: SiteContext, form: SubscribeForm): Promise<Response> {
  const { address, preferences, errors, shownAt } = form;
  const { pages, publicUrl, branding } = site;
  const words = pages.words();
  const data = {
    meta: {
      description: words.say("subscribe.description", { name: branding.name }),
      canonical: `${publicUrl}/`,
      picture: publicUrl + pages.picture.path,
    },
    intro: words.say("subscribe.intro", { name: branding.name }),
    issue: await site.published.latestIssue(site),
    isRefused: errors.length > 0,
    action: `${site.base}/subscribe`,
    address,
    csrf: createCsrfToken(csrfScope(site), shownAt),
    errors: errors.map(({ message }) => words.say(message)),
    ...preferenceFields(preferences, words),
    lists: listFields(preferences, errors).filter(({ field }) => field === "include"),
  };
  return context.html(pages.render("site/subscribe.html.hbs", data), errors.length > 0 ? 422 : 200);
}

/** Starts a sign-up. The response is the same whether the address is new, subscribed or blocked. */
async function subscribe(context: RequestContext, site: SiteContext): Promise<Response> {
  const form = await readForm(context);
  if (!form) return infoPage(context, site, { name: "malformed", status: 415 });
  const done = () => context.redirect(`${site.base}/sent`, 303);
  // Honeypot: people do not see this field, and browsers fill in no field that is read-only. A bot that fills it in gets the usual
  // response.
  if (form.get("comment") !== "") return done();
  const before = defaultPreferences(site);
  const read = readPreferences(form, { before, languages: site.pages.letterLanguages, now: site.clock() });
  const parsed = parseAddress(form.get("email"));
  const { errors, shownAt } = validate(form, site, { read, isAddress: parsed.ok });
  if (!parsed.ok || errors.length > 0) {
    return render(context, site, { address: form.get("email"), preferences: read.preferences, errors, shownAt });
  }
  const limited = await enforceLimits(context, site, signupLimits(context, site));
  if (limited) return limited;
  const { frequency, view } = read.preferences;
  await Promise.all([
    site.wait(MIN_RESPONSE_MS),
    mailForSignup(site, { address: parsed.address, frequency, view, origin: "site" }),
  ]);
  return done();
}

function validate(
  form: Form,
  site: SiteContext,
  { read, isAddress }: { readonly read: PreferencesResult; readonly isAddress: boolean },
) {
  const now = site.clock();
  const shownAt = readCsrfToken(form.get("csrf"), csrfScope(site), now);
  const isTooFast = shownAt !== null && now.getTime() - shownAt.getTime() < MIN_FILL_MS;
  return {
    // A form that was sent too fast keeps its start time, so the second attempt need not wait again.
    shownAt: shownAt ?? now,
    errors: [
      ...(shownAt === null ? [{ field: "csrf", message: "error.expired" }] : []),
      ...(isTooFast ? [{ field: "csrf", message: "error.tooFast" }] : []),
      ...(isAddress ? [] : [{ field: "email", message: "error.email" }]),
      ...read.errors,
    ],
  };
}

/** Shows the confirmation button. Opening the page does not confirm, because link scanners also open it. */
async function showConfirm({ context, site, link }: LinkRequest): Promise<Response> {
  const signup = await site.store.signups.find(link.id, site.clock());
  if (!signup) return refuseLink(context, site, "expired");
  const words = site.pages.words(signup.view.language);
  const date = nextIssueLabel(signup, site.clock(), words);
  const text = words.say(`confirm.${signup.frequency}`, { name: site.branding.name, date });
  const data = { text, action: `${site.base}/c/${link.token}` };
  return context.html(site.pages.render("site/confirm.html.hbs", data, words));
}

async function confirm({ context, site, link }: LinkRequest): Promise<Response> {
  const limited = await enforceLimits(context, site, [linkLimit("confirm", link.id)]);
  if (limited) return limited;
  const subscriber = await site.store.signups.confirm(link.id, site.clock());
  if (!subscriber) return refuseLink(context, site, "expired");
  return context.redirect(`${site.base}${await signedPath(site, "preferences", subscriber.id)}?welcome`, 303);
}

function refuseLink(context: RequestContext, site: SiteContext, why: "expired" | "forged"): Response {
  const links = [subscribeLink(site)];
  return why === "expired"
    ? infoPage(context, site, { name: "linkExpired", status: 410, links })
    : infoPage(context, site, { name: "unknown", status: 404, links });
}
