import { addressKey } from "../core/address.js";
import { failureOf } from "../core/errors.js";
import type { PaperboyError } from "../core/errors.js";
import type { View } from "../core/model.js";
import type { Outcome } from "../core/outcome.js";
import { ingest } from "../inbox/ingest.js";
import type { IngestContext, IngestResult } from "../inbox/ingest.js";
import { openSources } from "../inbox/sources.js";
import { DEFAULT_BRANDING } from "../render/renderer.js";
import { parseMailbox } from "../send/message/address.js";
import type { App } from "./app.js";
import { addressOf } from "./recipients.js";
import type { MessageApp } from "./recipients.js";
import { sendTransactional, transactionalSender } from "./transactional.js";

export interface InboxRequest {
  /** Maildirs, files with one mail, or `-`. If empty, the sources of the configuration are read. */
  readonly names: readonly string[];
  /** Whether to read `inbox.imap`. Maildirs are then read only if they are named. */
  readonly imap: boolean;
  /** The view of a subscriber who joins by mail. */
  readonly view: View;
}

type InboxApp = MessageApp & Pick<App, "clock" | "environment" | "mailer" | "store" | "terminal">;

/** Reads the mails of all sources, handles them and sends the due replies. */
export async function runInbox(app: InboxApp, { names, imap, view }: InboxRequest): Promise<Outcome> {
  const { config, home, environment } = app;
  const { directory, stdin, signal } = environment;
  // Open every source before the first mail is handled, so that a wrong name changes nothing.
  const settings = config.settings.inbox;
  const sources = await openSources({ names, imap, settings, home, directory, stdin, signal });
  const context = await ingestContext(app, view);
  const result: IngestResult = { arrived: 0, outcomes: {} };
  let failure: PaperboyError | null = null;
  for (const source of sources) {
    try {
      await ingest(source, context, result);
    } catch (error) {
      failure ??= failureOf(error);
    }
  }
  // Send the replies to settled mails even if a source failed.
  await sendTransactional(transactionalSender(app, await app.store()));
  const hasHandled = Object.keys(result.outcomes).length > 0;
  if (failure !== null && (!hasHandled || failure.code === "internal")) throw failure;
  return outcomeOf(result, failure);
}

async function ingestContext(
  app: Pick<App, "clock" | "config" | "environment" | "secrets" | "store">,
  view: View,
): Promise<IngestContext> {
  const { branding, publicUrl, unsubscribeAddress, delivery } = app.config.settings;
  const address = unsubscribeAddress === undefined ? null : addressOf(app, unsubscribeAddress, "unsubscribeAddress");
  return {
    store: await app.store(),
    secret: (await app.secrets()).home,
    view,
    list: {
      name: branding.name ?? DEFAULT_BRANDING.name,
      language: view.language,
      address,
      publicUrl: publicUrl ?? null,
    },
    identity: async () => ({
      keys: (await app.secrets()).links,
      now: app.clock(),
      bounceDomain: delivery.bounceDomain ?? null,
      address: address?.toLowerCase() ?? null,
      own: ownAddresses(app),
    }),
    clock: app.clock,
    signal: app.environment.signal,
  };
}

/** The keys of the addresses that this installation sends from. */
function ownAddresses({ config }: Pick<App, "config">): ReadonlySet<string> {
  const { from, replyTo, unsubscribeAddress } = config.settings;
  const parsed = [from, replyTo, unsubscribeAddress].map((text) =>
    text === undefined ? null : parseMailbox(text, { isLocal: true }),
  );
  return new Set(parsed.flatMap((found) => (found?.ok ? [addressKey(found.mailbox.address)] : [])));
}

/** Returns the counts of handled mails, followed by the failure of a source. */
function outcomeOf({ arrived, outcomes }: IngestResult, failure: PaperboyError | null): Outcome {
  const parts = Object.keys(outcomes)
    .toSorted()
    .map((outcome) => `${outcomes[outcome]} ${outcome}`);
  const counted = `${arrived} ${arrived === 1 ? "mail" : "mails"}`;
  const message = parts.length === 0 ? counted : `${counted}: ${parts.join("; ")}`;
  const result = { mails: arrived, outcomes };
  if (failure === null) return { message, result };
  const { code, hint } = failure;
  return {
    reason: code,
    message: `${message}. Then: ${failure.message}`,
    ...(hint === null ? {} : { hint }),
    result: { ...result, hint },
  };
}
