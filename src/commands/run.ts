import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import type { Digest, Source } from "../core/model.js";
import { compose } from "../app/pipeline.js";
import { makeRound } from "../editions/round.js";
import { dueErrands, namedErrand } from "../editions/errands.js";
import type { ErrandParts } from "../editions/errands.js";
import { revisitEditions } from "../editions/revisit.js";
import type { Channel, Store } from "../store/store.js";
import type { CommandModule } from "./command.js";
import { drainWithOthers } from "../app/deliver.js";
import { thriftily } from "../app/thrift.js";
import { tellDigest, tellLetter, tellReading } from "../app/progress.js";
import { renderCheckedLetter } from "../app/letter.js";
import { namedBy } from "../app/recipients.js";
import { collect, houseView, viewOf, withViewOptions } from "./options.js";
import type { ViewFlags } from "./options.js";
import { ping } from "../app/alerts.js";
import { sendTransactional } from "../app/transactional.js";
import { pushedFrequencies, sendPushes, withPushes } from "../app/pushes.js";
import { openRecording } from "../app/recording.js";
import type { Recording } from "../app/recording.js";
import { rehearse } from "../app/rehearse.js";
import { roundOutcome } from "../app/run-outcome.js";
import { revisitParts } from "../app/revisit.js";
import { witnessed } from "../app/run-log.js";
import type { RunOutcome } from "../app/run-log.js";

export interface RunFlags extends ViewFlags {
  readonly to?: string[] | undefined;
  readonly early?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly wait?: true | undefined;
  readonly acceptRestored?: true | undefined;
  readonly onUncertain?: "hold" | "resend" | undefined;
  readonly templates?: string | undefined;
}

/** `paperboy run [SOURCE]`: the whole pipeline, from the page to the mail. */
export const run: CommandModule = {
  description:
    "Fetch, read, rank, render and send what is due, to everybody who subscribed or is named, each edition once. " +
    "Without SOURCE: every completed day that has not gone out yet. Without SMTP the letters are written to outbox/.",
  examples: [
    "paperboy run",
    "paperboy run fixtures/pages/daily.html --to you@example.com",
    "paperboy run yesterday --dry-run --json",
    "paperboy run 2026-10-02 --to you@example.com --include agents --limit 10",
  ],
  define: (command, lend) =>
    withViewOptions(command.argument("[source]", "what to send; see `paperboy --help`"))
      .option("--to <address>", "this person alone (may be given again); without it all subscribers and `to:`", collect)
      .option("--early", "take a day that is still filling, marked so")
      .option("--wait", "stay until deferred messages were tried again, up to the edition's deadline")
      .option("--on-uncertain <what>", "hold (default) or resend once what may have arrived", uncertainPolicy)
      .option("--accept-restored", "go on with a database that was restored from a backup")
      .option("--dry-run", "do everything but send: no connection for mail, nothing written")
      .option("--templates <dir>", "a folder whose files stand in for the built-in templates of the same name")
      .action((source, flags) =>
        lend((app) => (flags.dryRun ? rehearse(app, source, flags) : runOnce(app, source, flags))),
      ),
};

/** A round as the schedule wants it: everything that is due, for everybody; remembered and told like any run. */
export function runDue(app: App): Promise<RunOutcome> {
  return runOnce(app, undefined, {});
}

function uncertainPolicy(text: string): "hold" | "resend" {
  if (text === "hold" || text === "resend") return text;
  throw new PaperboyError("usage", { message: `--on-uncertain ${text}`, hint: "Write hold or resend." });
}

async function runOnce(app: App, sourceText: string | undefined, flags: RunFlags): Promise<RunOutcome> {
  const source = sourceText === undefined ? null : app.source(sourceText);
  return witnessed(app, source?.name ?? null, () => sendDue(app, source, flags));
}

async function sendDue(app: App, source: Source | null, flags: RunFlags): Promise<RunOutcome> {
  const named = namedBy(app, flags.to);
  const transport = await app.transport();
  const store = await app.store();
  await app.lock(store);
  await ping(app, "/start");
  if (flags.acceptRestored) await store.acceptRestored();
  await meetNamed(store, { named, flags, app });
  const everybody = flags.to === undefined;
  const recording = await openRecording(app);
  await assertSomebody(store, { app, named, everybody, channel: transport.channel });
  const errandParts = await errandPartsOf(app, {
    store,
    channel: transport.channel,
    named,
    everybody,
    pushed: pushedFrequencies(app),
    early: flags.early ?? false,
    recording,
  });
  const errands = source ? [namedErrand(source, errandParts)] : await dueErrands(errandParts);
  const result = await makeRound(errands, {
    store,
    channel: transport.channel,
    clock: app.clock,
    prepare: {
      editions: store.editions,
      now: app.clock(),
      letter: thriftily((digest) => toldLetter(app, digest, flags.templates)),
      revisitEditions: (edition, channel) => revisitEditions(edition, channel, revisitParts(app, store, { recording })),
      onPrepared: (prepared) => recording.keep(prepared),
    },
    drain: (editions) => drainWithOthers(app, { store, transport, editions, flags }),
  });
  // Confirmations that wait where no site runs that would send them.
  await sendTransactional(app, store);
  const pushed = await sendPushes(app, store, { channel: transport.channel, everybody, wait: flags.wait ?? false });
  return withPushes(roundOutcome(result, transport), pushed);
}

/** People who are named become readers of the ledger; who has left or was erased is not revived. */
async function meetNamed(
  store: Store,
  { named, flags, app }: { named: readonly string[]; flags: RunFlags; app: App },
): Promise<void> {
  const view = await viewOf(app, flags);
  const batch = named.map(
    (address) => ({ address, state: "active", frequency: "daily", view, origin: "named" }) as const,
  );
  const results = await store.subscribers.add(batch, { now: app.clock() });
  for (const [index, result] of results.entries()) {
    const address = named[index] ?? "";
    const known = result === "known" ? await store.subscribers.find(address) : null;
    // Flags of this run are wishes about this person only when they came with the name.
    if (known?.origin === "named") await store.subscribers.change(address, { view }, app.clock());
  }
}

interface Somebody {
  readonly app: App;
  readonly named: readonly string[];
  readonly everybody: boolean;
  readonly channel: Channel;
}

/** @throws PaperboyError `config-invalid` when nobody was ever configured, or imported readers could not leave. */
async function assertSomebody(store: Store, { app, named, everybody, channel }: Somebody): Promise<void> {
  const counts = await store.subscribers.count();
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (known === 0 && Object.keys(app.config.settings.push).length === 0) {
    throw new PaperboyError("config-invalid", {
      message: "nobody to mail: no reader was ever configured",
      hint: "Name one with --to you@example.com, set `to:` in paperboy.yaml, or `paperboy subscribers add you@example.com`.",
    });
  }
  const { publicUrl, unsubscribeAddress } = app.config.settings;
  const canLeave = publicUrl !== undefined || unsubscribeAddress !== undefined;
  if (channel === "smtp" && everybody && !canLeave && known > named.length) {
    throw new PaperboyError("config-invalid", {
      message: "there are subscribers, and no way for them to leave is configured",
      hint: "Set `publicUrl` (the public site) or `unsubscribeAddress` (a mailbox that is read): no mail goes out that cannot be stopped.",
    });
  }
}

async function errandPartsOf(
  app: App,
  given: Omit<ErrandParts, "now" | "readEdition" | "sourceOf"> & { early: boolean; recording: Recording },
): Promise<ErrandParts> {
  const parts = await app.parts();
  const { early, recording, ...rest } = given;
  return {
    ...rest,
    now: app.clock(),
    sourceOf: (text) => app.source(text),
    readEdition: async (source) => {
      const listening = recording.listen(source, { parts, early });
      const { reading, edition } = await compose({ source, view: houseView(app), early }, listening.parts);
      listening.froze(edition);
      tellReading(app.terminal, reading);
      return edition;
    },
  };
}

async function toldLetter(app: App, digest: Digest, templates: string | undefined) {
  const letter = await renderCheckedLetter(app, digest, { readers: [], templates, placeholders: true });
  tellDigest(app.terminal, digest);
  tellLetter(app.terminal, letter, digest);
  return letter;
}
