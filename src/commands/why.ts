import { editionName } from "../app/records.js";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { explainDelivery } from "../ops/status/why.js";
import { parseAddress } from "../send/message/address.js";
import type { CommandModule, Outcome } from "./command.js";
import { EDITION } from "./options.js";

/** `paperboy why SUBSCRIBER EDITION`: explains why a subscriber did or did not get an edition. */
export const why: CommandModule = {
  description:
    "Explain why a subscriber did or did not get the letter of an edition: one sentence, then the facts. Paperboy does not keep " +
    "earlier states and views of a subscriber; the answer says so if one may have changed since.",
  examples: ["paperboy why you@example.com day:2026-10-02", "paperboy why you@example.com day:2026-10-02 --json"],
  define: (command, run) =>
    command
      .argument("<subscriber>", "an address")
      .argument("<edition>", EDITION)
      .action((address, edition) => run((app) => explain(app, address, edition))),
};

async function explain(app: App, given: string, name: string): Promise<Outcome> {
  const parsed = parseAddress(given, { isLocal: true });
  if (!parsed.ok) {
    throw new PaperboyError("usage", { message: `${JSON.stringify(given)} ${parsed.why}`, hint: "Give one address." });
  }
  return explainDelivery(await app.store(), {
    address: parsed.address,
    name: editionName(app, name),
    now: app.clock(),
    likedBy: async (view) => (await import("../app/interests.js")).openLikedTexts(app.readOnly)(view),
  });
}
