import { savedEditionId } from "../app/records.js";
import type { App } from "../app/app.js";
import { counted, fit, table } from "../core/text.js";
import type { CommandModule, Outcome } from "./command.js";
import { EDITION, oneOf } from "./options.js";
import { findSubscriber } from "../subscribers/manage.js";

const PAGE = 500;
const DECISIONS = ["sent", "refused", "pending"] as const;

/** `paperboy uncertain list|resolve`: messages whose connection was lost after the end of their data was sent. */
export const uncertain: CommandModule = {
  description:
    "List messages that the mail server may have accepted before the connection was lost, or set their state. Paperboy does not send them again unless you ask.",
  examples: ["paperboy uncertain list", "paperboy uncertain resolve day:2026-10-02 --as sent"],
  define: (command, withApp) => {
    command
      .command("list")
      .summary("list the messages and when their data was sent")
      .action(() => withApp(list));
    command
      .command("resolve")
      .summary("set the state of the messages of an edition")
      .argument("<edition>", EDITION)
      .requiredOption(
        "--as <state>",
        `their new state: ${DECISIONS.join(", ")} (pending: send again)`,
        oneOf(DECISIONS),
      )
      .option("--to <address>", "only the message to this person")
      .action((name, { as, to }) =>
        withApp(async (app) => {
          const store = await app.store();
          const editionId = await savedEditionId(app, name);
          const person = to === undefined ? {} : { address: (await findSubscriber(to, { store })).address };
          const query = { from: "uncertain" as const, to: as, editionId, ...person };
          const changed = await store.ledger.decide(query, app.clock());
          const message =
            changed === 0
              ? `no delivery of ${editionId} is uncertain`
              : `${counted(changed, "uncertain delivery", "uncertain deliveries")} of ${editionId} now ${as}`;
          return { message, result: { changed } };
        }),
      );
  },
};

async function list(app: App): Promise<Outcome> {
  const store = await app.store();
  const rows = await store.ledger.list({ state: "uncertain", after: 0, limit: PAGE });
  const shown = rows.map(({ editionId, address, gateAt, detail }) => [
    editionId,
    address ?? "(erased)",
    gateAt?.toISOString() ?? "",
    fit(detail ?? "", 80),
  ]);
  const result = rows.map(({ editionId, address, gateAt, detail }) => ({ editionId, address, gateAt, detail }));
  const message = rows.length === 0 ? "no deliveries are uncertain" : `${rows.length} deliveries are uncertain`;
  return { message, data: `${rows.length === 0 ? message : table(shown)}\n`, result: { deliveries: result } };
}
