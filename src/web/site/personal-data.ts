import type { DeliveryRow, Subscriber } from "../../store/store.js";
import type { SiteContext, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";
import { readForm } from "./form.js";
import { enforceLimits, linkLimit } from "./rate-limits.js";
import { csrfTokenFor, forSubscriber, hasCsrfToken } from "./subscriber.js";
import type { SubscriberRequest } from "./subscriber.js";

/** Export and erasure of personal data. Both also work for former subscribers. */
export const personalDataRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/p/:token/data", answer: forSubscriber(exportData) },
  {
    method: "GET",
    path: "/p/:token/erase",
    answer: forSubscriber((request) => render(request, { wasRefused: false })),
  },
  { method: "POST", path: "/p/:token/erase", answer: forSubscriber(erase) },
];

async function exportData({ context, site, subscriber }: SubscriberRequest): Promise<Response> {
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

/** @param options `wasRefused`: whether the form was sent without a valid confirmation. */
function render(request: SubscriberRequest, { wasRefused }: { readonly wasRefused: boolean }): Response {
  const { context, site, words, here } = request;
  const data = { action: `${here}/erase`, back: here, csrf: csrfTokenFor(request), wasRefused };
  return context.html(site.pages.render("site/erase.html.hbs", data, words), wasRefused ? 422 : 200);
}

/** Erases the subscriber of the link. Idempotent: later requests respond that nothing is stored. */
async function erase(request: SubscriberRequest): Promise<Response> {
  const { context, site, subscriber, words } = request;
  const form = await readForm(context);
  if (!form) return infoPage(context, site, { name: "malformed", status: 415 });
  const isConfirmed = form.get("sure") === "yes" && hasCsrfToken(request, form.get("csrf"));
  if (!isConfirmed) return render(request, { wasRefused: true });
  const limited = await enforceLimits(context, site, [linkLimit("subscriber", subscriber.id)]);
  if (limited) return limited;
  await site.store.subscribers.erase(subscriber.address, site.clock());
  return infoPage(context, site, { name: "erased", status: 200, words });
}
