import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { parseAddress } from "../send/message/address.js";
import { table } from "../core/text.js";
import type { CommandModule, Outcome } from "./command.js";
import { findEditions } from "../ops/status/edition.js";
import { explainDelivery } from "../ops/status/why.js";
import type { WhyFacts } from "../ops/status/why.js";

/** `paperboy why SUBSCRIBER EDITION`: why this person got, or did not get, this. */
export const why: CommandModule = {
  description:
    "Say why a person got an edition's letter, or did not: one sentence, then the facts that it stands on. " +
    "What the person was at the time is not kept; where a view or state may have changed since, the answer says so.",
  examples: ["paperboy why you@example.com day:2026-10-02", "paperboy why you@example.com day:2026-10-02 --json"],
  define: (command, run) =>
    command
      .argument("<subscriber>", "an address")
      .argument("<edition>", "an edition's id, such as day:2026-10-02; see `paperboy status`")
      .action((address, editionId) => run((app) => explain(app, address, editionId))),
};

async function explain(app: App, given: string, editionId: string): Promise<Outcome> {
  const parsed = parseAddress(given);
  if (!parsed.ok) {
    throw new PaperboyError("usage", { message: `${JSON.stringify(given)} ${parsed.why}`, hint: "Name one address." });
  }
  const { address } = parsed;
  const store = await app.store();
  const [saved] = await findEditions(store, editionId);
  if (saved === undefined) throw new PaperboyError("usage", { message: `no edition ${editionId} is known` });
  const subscriber = await store.subscribers.find(address);
  const isSuppressed = await store.subscribers.isSuppressed(address);
  const rows =
    subscriber === null ? [] : await store.ledger.list({ editionId, subscriberId: subscriber.id, after: 0, limit: 10 });
  const delivery = rows.find(({ channel }) => channel === saved.channel) ?? rows[0] ?? null;
  const facts: WhyFacts = { subscriber, isSuppressed, delivery, saved, now: app.clock() };
  const { rule, sentence } = explainDelivery(facts);
  const shown = factsOf(facts);
  return {
    message: `${address}: ${sentence}`,
    data: `${address} ${sentence}\n\n${table(shown.map(([name, value]) => [`  ${name}`, value]))}\n`,
    result: { subscriber: address, edition: editionId, why: rule, sentence, facts: Object.fromEntries(shown) },
  };
}

function factsOf({ subscriber, isSuppressed, delivery, saved }: WhyFacts): (readonly [string, string])[] {
  return [
    ["edition", `${saved.edition.id} (${saved.channel}), ${saved.edition.papers.length} papers`],
    ["prepared", `${saved.preparedAt.toISOString()}, for ${saved.prepared} of ${saved.candidates} candidates`],
    ...(subscriber === null
      ? ([["subscriber", "not known"]] as const)
      : ([
          ["subscriber", `${subscriber.state}, ${subscriber.frequency}, came by ${subscriber.origin}`],
          ["joined", subscriber.joinedAt.toISOString()],
        ] as const)),
    ["suppressed", isSuppressed ? "yes" : "no"],
    ...(delivery === null
      ? ([["delivery", "none"]] as const)
      : ([
          [
            "delivery",
            `${delivery.state} at ${delivery.changedAt.toISOString()}, ${delivery.attempts} ${delivery.attempts === 1 ? "try" : "tries"}`,
          ],
          ["detail", delivery.detail ?? "-"],
        ] as const)),
  ];
}
