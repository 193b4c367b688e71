import type { App } from "../app/app.js";
import { fit, table } from "../app/terminal.js";
import type { CommandModule, Outcome } from "./command.js";
import { oneOf } from "./options.js";

const PAGE = 500;
const DECISIONS = ["sent", "refused", "pending"] as const;

/** `paperboy uncertain list|resolve`: messages whose end was on its way when the line was lost. */
export const uncertain: CommandModule = {
  description:
    "List messages that the mail server may or may not have taken, or say what became of them. They are never repeated by themselves.",
  examples: ["paperboy uncertain list", "paperboy uncertain resolve day:2026-10-02 --as sent"],
  define: (command, run) => {
    command
      .command("list")
      .summary("each of them, and when its end left")
      .action(() => run(list));
    command
      .command("resolve")
      .summary("say what became of them")
      .argument("<edition>", "an edition's id")
      .requiredOption(
        "--as <state>",
        `what became of them: ${DECISIONS.join(", ")} (pending: send once more)`,
        oneOf(DECISIONS),
      )
      .option("--to <address>", "of this person alone")
      .action((editionId, { as, to }) =>
        run(async (app) => {
          const store = await app.store();
          const query = { from: "uncertain" as const, to: as, editionId, ...(to === undefined ? {} : { address: to }) };
          const changed = await store.ledger.decide(query, app.clock());
          return { message: `${changed} uncertain deliveries of ${editionId} are now ${as}`, result: { changed } };
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
  const message = rows.length === 0 ? "nothing is uncertain" : `${rows.length} deliveries are uncertain`;
  return { message, data: `${rows.length === 0 ? message : table(shown)}\n`, result: { deliveries: result } };
}
