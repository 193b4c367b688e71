import { note, toSubscribe } from "../info-page.js";
import { linkBucket, spend } from "./rate-limits.js";
import { readLink, signedPath } from "./links.js";
import type { Desk, SiteContext, SiteRoute } from "../context.js";

export const confirmRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/c/:token", answer: showConfirm },
  { method: "POST", path: "/c/:token", answer: confirm },
];

/** The page with the button: opening it, as scanners of links do, confirms nothing. */
async function showConfirm(context: SiteContext, desk: Desk): Promise<Response> {
  const link = await readLink(context, desk, "confirm");
  if (typeof link === "string") return refuse(context, desk, link);
  const wish = await desk.store.signups.find(link.id, desk.clock());
  if (!wish) return refuse(context, desk, "expired");
  const words = desk.pages.words();
  const data = { frequency: words.say(`frequency.${wish.frequency}`), action: `${desk.base}/c/${link.token}` };
  return context.html(desk.pages.render("site/confirm.html.hbs", data));
}

async function confirm(context: SiteContext, desk: Desk): Promise<Response> {
  const link = await readLink(context, desk, "confirm");
  if (typeof link === "string") return refuse(context, desk, link);
  const refusal = await spend(context, desk, [linkBucket("confirm", link.id)]);
  if (refusal) return refusal;
  const reader = await desk.store.signups.confirm(link.id, desk.clock());
  if (!reader) return refuse(context, desk, "expired");
  return context.redirect(`${desk.base}${await signedPath(desk, "preferences", reader.id)}?welcome`, 303);
}

function refuse(context: SiteContext, desk: Desk, why: "expired" | "forged"): Response {
  const links = [toSubscribe(desk)];
  return why === "expired"
    ? note(context, desk, { name: "used", status: 410, links })
    : note(context, desk, { name: "unknown", status: 404, links });
}
