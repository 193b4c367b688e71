import type { DeliveryRow, Subscriber } from "../../store/store.js";
import { note } from "../info-page.js";
import { linkBucket, spend } from "./rate-limits.js";
import { readForm } from "./form.js";
import type { Link } from "./links.js";
import type { Desk, SiteContext, SiteRoute } from "../context.js";
import { hasSeal, nothingStored, sealFor, visitOf } from "./subscriber.js";

/** What a person may always ask for: to see what is stored, and to have it removed. */
export const personRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/p/:token/data", answer: showData },
  { method: "GET", path: "/p/:token/erase", answer: showErase },
  { method: "POST", path: "/p/:token/erase", answer: erase },
];

async function showData(context: SiteContext, desk: Desk): Promise<Response> {
  const visit = await visitOf(context, desk);
  if (visit instanceof Response) return visit;
  const { reader } = visit;
  if (!reader) return nothingStored(context, desk);
  const { id: _id, ...person } = reader;
  const data = { exportedAt: desk.clock(), subscriber: person, deliveries: await deliveriesOf(reader, desk) };
  return context.body(`${JSON.stringify(data, null, 2)}\n`, 200, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Disposition": 'attachment; filename="my-data.json"',
  });
}

const PAGE = 500;

async function deliveriesOf({ id }: Subscriber, { store }: Desk) {
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

async function showErase(context: SiteContext, desk: Desk): Promise<Response> {
  const visit = await visitOf(context, desk);
  if (visit instanceof Response) return visit;
  const { link, reader } = visit;
  return reader ? render(context, desk, { link, reader, isSure: true }) : nothingStored(context, desk);
}

interface Shown {
  readonly link: Link;
  readonly reader: Subscriber;
  /** Whether nobody must be asked again to tick the box. */
  readonly isSure: boolean;
}

function render(context: SiteContext, desk: Desk, { link, reader, isSure }: Shown): Response {
  const words = desk.pages.words(reader.view.language);
  const here = `${desk.base}/p/${link.token}`;
  const data = { action: `${here}/erase`, back: here, seal: sealFor(desk, link), isSure };
  return context.html(desk.pages.render("site/erase.html.hbs", data, words), isSure ? 200 : 422);
}

/** Erases the person behind the link. Once more is no mistake: nothing is stored then. */
async function erase(context: SiteContext, desk: Desk): Promise<Response> {
  const visit = await visitOf(context, desk);
  if (visit instanceof Response) return visit;
  const { link, reader } = visit;
  if (!reader) return nothingStored(context, desk);
  const form = await readForm(context);
  if (!form) return note(context, desk, { name: "malformed", status: 415 });
  const isSure = form.get("sure") === "yes" && hasSeal(desk, link, form.get("seal"));
  if (!isSure) return render(context, desk, { link, reader, isSure });
  const refusal = await spend(context, desk, [linkBucket("reader", reader.id)]);
  if (refusal) return refusal;
  await desk.store.subscribers.erase(reader.address, desk.clock());
  return note(context, desk, { name: "erased", status: 200, words: desk.pages.words(reader.view.language) });
}
