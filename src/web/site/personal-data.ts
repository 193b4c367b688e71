import type { DeliveryRow, Subscriber } from "../../store/store.js";
import type { RequestContext, SiteContext, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";
import { readForm } from "./form.js";
import type { Link } from "./links.js";
import { enforceLimits, linkLimit } from "./rate-limits.js";
import { csrfTokenFor, hasCsrfToken, nothingStored, openSubscriberLink } from "./subscriber.js";

/** Export and erasure of personal data. Both also work for former subscribers. */
export const personalDataRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/p/:token/data", answer: exportData },
  { method: "GET", path: "/p/:token/erase", answer: showEraseForm },
  { method: "POST", path: "/p/:token/erase", answer: erase },
];

async function exportData(context: RequestContext, site: SiteContext): Promise<Response> {
  const opened = await openSubscriberLink(context, site);
  if (opened instanceof Response) return opened;
  const { subscriber } = opened;
  if (!subscriber) return nothingStored(context, site);
  const { id: _id, ...fields } = subscriber;
  const data = { exportedAt: site.clock(), subscriber: fields, deliveries: await deliveriesOf(subscriber, site) };
  return context.body(`${JSON.stringify(data, null, 2)}\n`, 200, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Disposition": 'attachment; filename="my-data.json"',
  });
}

const PAGE = 500;

async function deliveriesOf({ id }: Subscriber, { store }: Pick<SiteContext, "store">) {
  const rows: Pick<DeliveryRow, "editionId" | "channel" | "state" | "changedAt">[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: readonly (DeliveryRow & { id: number })[] = await store.ledger.list({
      subscriberId: id,
      after,
      limit: PAGE,
    });
    rows.push(...page.map(({ editionId, channel, state, changedAt }) => ({ editionId, channel, state, changedAt })));
    after = page.length === PAGE ? page.at(-1)?.id : undefined;
  }
  return rows;
}

async function showEraseForm(context: RequestContext, site: SiteContext): Promise<Response> {
  const opened = await openSubscriberLink(context, site);
  if (opened instanceof Response) return opened;
  const { link, subscriber } = opened;
  return subscriber ? render(context, site, { link, subscriber, wasRefused: false }) : nothingStored(context, site);
}

interface EraseForm {
  readonly link: Link;
  readonly subscriber: Subscriber;
  /** Whether the form was sent without a valid confirmation. */
  readonly wasRefused: boolean;
}

function render(context: RequestContext, site: SiteContext, { link, subscriber, wasRefused }: EraseForm): Response {
  const words = site.pages.words(subscriber.view.language);
  const here = `${site.base}/p/${link.token}`;
  const data = { action: `${here}/erase`, back: here, csrf: csrfTokenFor(site, link), wasRefused };
  return context.html(site.pages.render("site/erase.html.hbs", data, words), wasRefused ? 422 : 200);
}

/** Erases the subscriber of the link. Idempotent: later requests respond that nothing is stored. */
async function erase(context: RequestContext, site: SiteContext): Promise<Response> {
  const opened = await openSubscriberLink(context, site);
  if (opened instanceof Response) return opened;
  const { link, subscriber } = opened;
  if (!subscriber) return nothingStored(context, site);
  const form = await readForm(context);
  if (!form) return infoPage(context, site, { name: "malformed", status: 415 });
  const isConfirmed = form.get("sure") === "yes" && hasCsrfToken(site, link, form.get("csrf"));
  if (!isConfirmed) return render(context, site, { link, subscriber, wasRefused: true });
  const limited = await enforceLimits(context, site, [linkLimit("subscriber", subscriber.id)]);
  if (limited) return limited;
  await site.store.subscribers.erase(subscriber.address, site.clock());
  const words = site.pages.words(subscriber.view.language);
  return infoPage(context, site, { name: "erased", status: 200, words });
}
