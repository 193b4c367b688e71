import type { SubscriberChange, SubscriberState } from "../../store/store.js";
import { note, toSubscribe } from "../info-page.js";
import { linkBucket, spend } from "./rate-limits.js";
import { readForm } from "./form.js";
import { readLink } from "./links.js";
import type { Desk, SiteContext, SiteRoute } from "../context.js";
import { isMember } from "./subscriber.js";
import { pauseChange, pauseFor } from "./preferences-form.js";

/** Who gets no letters anyway; why not is not forgotten. */
const AWAY: ReadonlySet<SubscriberState> = new Set(["gone", "bounced"]);

/** How long the pause is that is offered instead of leaving. */
const PAUSE_DAYS = 28;

/** What the unsubscribe link of a letter may do: leave, or what may be enough. Each has a page with one button. */
interface Way {
  /** Its words stand among the messages as `leave.NAME.title` and so on. */
  readonly name: "stop" | "pause" | "weekly";
  /** Behind `/u/TOKEN`. */
  readonly path: "" | "/pause" | "/weekly";
  readonly change: (now: Date) => SubscriberChange;
}

const STOP: Way = { name: "stop", path: "", change: () => ({ state: "gone" }) };

const INSTEAD: readonly Way[] = [
  { name: "pause", path: "/pause", change: (now) => pauseChange(pauseFor(PAUSE_DAYS, now)) },
  { name: "weekly", path: "/weekly", change: () => ({ frequency: "weekly" }) },
];

/**
 * Leaving needs the link and nothing else, for ever: no cookie, no limit, no seal (RFC 8058, section 3.2). So it may come
 * from anywhere; whoever has the link has it from the reader's mail.
 */
export const leaveRoutes: readonly SiteRoute[] = [
  ...[STOP, ...INSTEAD].map((way): SiteRoute => {
    return { method: "GET", path: `/u/:token${way.path}`, answer: (context, desk) => showWay(context, desk, way) };
  }),
  { method: "POST", path: "/u/:token", answer: stop, fromAnywhere: true },
  ...INSTEAD.map((way): SiteRoute => {
    return { method: "POST", path: `/u/:token${way.path}`, answer: (context, desk) => goWay(context, desk, way) };
  }),
];

async function showWay(context: SiteContext, desk: Desk, way: Way): Promise<Response> {
  const link = await readLink(context, desk, "unsubscribe");
  if (typeof link === "string") return unknown(context, desk);
  const reader = await desk.store.subscribers.byId(link.id);
  if (!isMember(reader)) return left(context, desk);
  const words = desk.pages.words(reader.view.language);
  const here = `${desk.base}/u/${link.token}`;
  const instead = INSTEAD.filter(({ name }) => name !== "weekly" || reader.frequency === "daily");
  const data = {
    title: words.say(`leave.${way.name}.title`, { name: desk.branding.name }),
    text: words.say(`leave.${way.name}.text`, { days: PAUSE_DAYS }),
    button: words.say(`leave.${way.name}.button`),
    action: here + way.path,
    instead: way === STOP ? instead.map(({ name, path }) => ({ url: here + path, label: `leave.${name}.offer` })) : [],
  };
  return context.html(desk.pages.render("site/unsubscribe.html.hbs", data, words));
}

/** The target of one-click unsubscribing, and of the page's own button, which sends the same. */
async function stop(context: SiteContext, desk: Desk): Promise<Response> {
  const link = await readLink(context, desk, "unsubscribe");
  if (typeof link === "string") return unknown(context, desk);
  const form = await readForm(context);
  // RFC 8058, section 3.1: the body says so. Whatever else posts here did not ask to leave.
  if (form?.get("List-Unsubscribe").toLowerCase() !== "one-click") {
    return note(context, desk, { name: "malformed", status: 400 });
  }
  const reader = await desk.store.subscribers.byId(link.id);
  if (reader !== null && !AWAY.has(reader.state)) await change(desk, link.id, STOP);
  return left(context, desk);
}

async function goWay(context: SiteContext, desk: Desk, way: Way): Promise<Response> {
  const link = await readLink(context, desk, "unsubscribe");
  if (typeof link === "string") return unknown(context, desk);
  const refusal = await spend(context, desk, [linkBucket("reader", link.id)]);
  if (refusal) return refusal;
  const reader = await desk.store.subscribers.byId(link.id);
  if (!isMember(reader)) return left(context, desk);
  await change(desk, link.id, way);
  const words = desk.pages.words(reader.view.language);
  return note(context, desk, { name: `${way.name}Done`, status: 200, words });
}

async function change({ store, clock }: Desk, id: number, way: Way): Promise<void> {
  const now = clock();
  await store.subscribers.changeById(id, way.change(now), now);
}

/** The same for whoever left now, left before, or was erased. */
function left(context: SiteContext, desk: Desk): Response {
  return note(context, desk, { name: "left", status: 200, links: [toSubscribe(desk)] });
}

function unknown(context: SiteContext, desk: Desk): Response {
  return note(context, desk, { name: "unknown", status: 404 });
}
