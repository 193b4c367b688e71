import { Counter, Gauge, Registry } from "prom-client";
import { DELIVERY_STATES } from "../../core/model.js";
import type { SiteParts } from "../context.js";

/** Labels of a request; none identifies the client. */
interface RequestLabels {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

/** Prometheus metrics in a separate registry. */
export interface Metrics {
  readonly contentType: string;
  count(told: RequestLabels): void;
  /** Reads the store and returns all metrics in the Prometheus text format 0.0.4. */
  text(): Promise<string>;
}

/** Number of recent editions whose deliveries are counted: several weeks. */
const EDITIONS_COUNTED = 40;

/** Creates the metrics. Request counts are per process; the other values come from the store and are global. */
export function createMetrics({ store, clock }: Pick<SiteParts, "store" | "clock">): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `paperboy_${name}`, help, labelNames: [...labelNames], registers });
  const subscribers = gauge("subscribers", "Subscribers by state.", ["state"]);
  const editions = gauge("editions_recent", `Editions among the last ${EDITIONS_COUNTED}.`);
  const deliveries = gauge("deliveries_recent", "Deliveries of those editions by state.", ["state"]);
  const age = gauge(
    "last_edition_age_seconds",
    "Seconds since the last edition was prepared; absent before the first one.",
  );
  const waiting = gauge("transactional_mails_waiting", "Transactional mails in the queue, such as confirmations.");
  const events = new Counter({
    name: "paperboy_reader_events_total",
    help: "People by event: requested, confirmed, joined, left, bounced, complained.",
    labelNames: ["event"],
    registers,
  });
  const requests = new Counter({
    name: "paperboy_http_requests_total",
    help: "Requests by method, route and status.",
    labelNames: ["method", "route", "status"],
    registers,
  });

  const readStore = async (): Promise<void> => {
    const now = clock();
    const [counts, totals, recent, line] = await Promise.all([
      store.subscribers.count(),
      store.subscribers.growthTotals(),
      store.editions.recent(EDITIONS_COUNTED),
      store.transactional.waiting(now),
    ]);
    for (const [state, number] of Object.entries(counts)) subscribers.set({ state }, number);
    events.reset();
    for (const [event, people] of Object.entries(totals)) events.inc({ event }, people);
    editions.set(recent.length);
    waiting.set(line.mails);
    const ledgers = await Promise.all(
      recent.map(({ edition, channel }) => store.ledger.counts({ editionId: edition.id, channel })),
    );
    for (const state of DELIVERY_STATES) {
      deliveries.set(
        { state },
        ledgers.reduce((sum, ledger) => sum + ledger[state], 0),
      );
    }
    const [last] = recent;
    if (last) age.set((now.getTime() - last.preparedAt.getTime()) / 1000);
    else age.remove();
  };

  return {
    contentType: registry.contentType,
    count: ({ method, route, status }) => requests.inc({ method, route, status: String(status) }),
    text: async () => {
      await readStore();
      return registry.metrics();
    },
  };
}
