import { savedEditionId } from "../app/records.js";
import type { App } from "../app/app.js";
import { alreadyRunning } from "../app/run-parts.js";
import { lockForRun } from "../app/welcome.js";
import { PaperboyError } from "../core/errors.js";
import type { CommandModule, Outcome } from "./command.js";
import { collect, EDITION } from "./options.js";
import { counted } from "../core/text.js";
import { findSubscriber } from "../subscribers/manage.js";

interface ResendFlags {
  readonly deferred?: true | undefined;
  readonly refused?: true | undefined;
  readonly uncertain?: true | undefined;
  readonly to?: string[] | undefined;
}

/** `paperboy resend`: queues deliveries again. */
export const resend: CommandModule = {
  description:
    "Queue deliveries of an edition again, before their next attempt is due or after a refusal. The next run sends them.",
  examples: [
    "paperboy resend day:2026-10-02 --deferred",
    "paperboy resend day:2026-10-02 --uncertain --to you@example.com",
  ],
  define: (command, withApp) =>
    command
      .argument("[edition]", `${EDITION}; default: all editions`)
      .option("--deferred", "deliveries that the mail server deferred")
      .option("--refused", "deliveries that the mail server refused")
      .option("--uncertain", "deliveries that may have arrived; their Message-ID stays the same")
      .option("--to <address>", "queue only the deliveries to this person (repeatable)", collect)
      .action((edition, flags) => withApp((app) => requeue(app, edition, flags))),
};

async function requeue(app: App, name: string | undefined, flags: ResendFlags): Promise<Outcome> {
  const states = (["deferred", "refused", "uncertain"] as const).filter((state) => flags[state]);
  if (states.length === 0) {
    throw new PaperboyError("usage", {
      message: "no state is given",
      hint: "Give --deferred, --refused or --uncertain.",
    });
  }
  const store = await app.store();
  const editionId = name === undefined ? undefined : await savedEditionId(app, name);
  const people = await Promise.all((flags.to ?? []).map((text) => findSubscriber(text, { store })));
  const addresses = flags.to === undefined ? [null] : people.map(({ address }) => address);
  if (!(await lockForRun(app))) return alreadyRunning(app);
  let changed = 0;
  for (const from of states) {
    for (const address of addresses) {
      const query = {
        from,
        to: "pending" as const,
        ...(editionId === undefined ? {} : { editionId }),
        ...(address === null ? {} : { address }),
      };
      changed += await store.ledger.decide(query, app.clock());
    }
  }
  const message =
    changed === 0
      ? `nothing to send again: no delivery${editionId === undefined ? "" : ` of ${editionId}`} is ${states.join(" or ")}`
      : `${counted(changed, "delivery", "deliveries")} queued again; \`paperboy run\` sends them`;
  return { message, result: { changed } };
}
