import type { App } from "../app/app.js";
import { alreadyRunning } from "../app/run-parts.js";
import { PaperboyError } from "../core/errors.js";
import type { CommandModule, Outcome } from "./command.js";
import { collect } from "./options.js";

interface Choice {
  readonly deferred?: true | undefined;
  readonly refused?: true | undefined;
  readonly uncertain?: true | undefined;
  readonly to?: string[] | undefined;
}

/** `paperboy resend`: puts deliveries back in line; the next run, or this one with a run after it, sends them. */
export const resend: CommandModule = {
  description:
    "Put deliveries of an edition back in line, before their time or after a refusal; the next run sends them.",
  examples: [
    "paperboy resend day:2026-10-02 --deferred",
    "paperboy resend day:2026-10-02 --uncertain --to you@example.com",
  ],
  define: (command, run) =>
    command
      .argument("[edition]", "an edition's id; all open ones without it")
      .option("--deferred", "those that the server put off")
      .option("--refused", "those that the server refused")
      .option("--uncertain", "those that may have arrived: once more, with the same Message-ID")
      .option("--to <address>", "this person alone (may be given again)", collect)
      .action((edition, flags) => run((app) => putBack(app, edition, flags))),
};

async function putBack(app: App, editionId: string | undefined, flags: Choice): Promise<Outcome> {
  const states = (["deferred", "refused", "uncertain"] as const).filter((state) => flags[state]);
  if (states.length === 0) {
    throw new PaperboyError("usage", {
      message: "resend needs to know what",
      hint: "Give --deferred, --refused or --uncertain.",
    });
  }
  const store = await app.store();
  if (!(await app.lock(store))) return alreadyRunning(app);
  let changed = 0;
  for (const from of states) {
    for (const address of flags.to ?? [null]) {
      const query = {
        from,
        to: "pending" as const,
        ...(editionId === undefined ? {} : { editionId }),
        ...(address === null ? {} : { address }),
      };
      changed += await store.ledger.decide(query, app.clock());
    }
  }
  return { message: `${changed} deliveries are back in line; \`paperboy run\` sends them`, result: { changed } };
}
