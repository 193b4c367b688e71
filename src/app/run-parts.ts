import { PaperboyError } from "../core/errors.js";
import type { Source, View } from "../core/model.js";
import type { JobParts } from "../editions/job.js";
import type { PrepareParts } from "../editions/prepare.js";
import { readEdition } from "../editions/read-edition.js";
import { revisitEditions } from "../editions/revisit.js";
import type { Channel, SavedEdition, Store, SubscriberStore } from "../store/store.js";
import { ping } from "./alerts.js";
import { openLikedTexts } from "./interests.js";
import type { App } from "./app.js";
import { deliverWithOthers, deliveryParts } from "./deliver.js";
import { renderCheckedLetter } from "./letter.js";
import type { RunOutcome } from "../core/outcome.js";
import { printDigest, printLetter, printReading } from "./progress.js";
import { pushedFrequencies } from "./pushes.js";
import { explicitRecipients } from "./recipients.js";
import type { Recording } from "./recording.js";
import { revisitParts } from "./revisit.js";
import type { UnmatchedView } from "./unmatched.js";
import { lockForRun } from "./welcome.js";

/** The request for a run. Absent flags are off. */
export interface RunRequest {
  /** The source to send; null for every due edition. */
  readonly source: Source | null;
  /** The view of explicit recipients (`to`, or the setting `to`). */
  readonly view: View;
  /** The only recipients; by default all subscribers and the setting `to`. With recipients, editions stay due for all others. */
  readonly to?: readonly string[] | undefined;
  readonly early?: boolean | undefined;
  /** Stops before `prepare`: writes and sends nothing. */
  readonly dryRun?: boolean | undefined;
  /** Retries deferred deliveries until the edition's deadline. */
  readonly wait?: boolean | undefined;
  readonly onUncertain?: "hold" | "resend" | undefined;
  /** Continues with a database that was restored from a backup. */
  readonly acceptRestored?: boolean | undefined;
  readonly templates?: string | undefined;
}

/** The parts of one run. */
export interface RunParts {
  readonly store: Store;
  readonly channel: Channel;
  readonly clock: () => Date;
  /** The recipients of a run for named people; null for a run for the list. */
  readonly recipients: readonly string[] | null;
  readonly jobs: JobParts;
  readonly prepare: PrepareParts;
  /** The views that kept no paper of an edition that this run prepared. */
  readonly unmatched: UnmatchedView[];
  /** Sends the due letters of these editions. Returns the error that stopped it, or null. */
  readonly deliver: (editions: readonly SavedEdition[]) => Promise<PaperboyError | null>;
  readonly warn: (message: string) => void;
}

/**
 * Opens the parts of a run: takes the run lock and adds the explicit recipients to the store. Returns the outcome
 * `already-running` if another run holds the lock.
 * @param app in a dry run, the read-only one.
 * @throws PaperboyError `config-invalid` if the mail settings are invalid or the run has no reader.
 */
export async function openRunParts(app: App, request: RunRequest): Promise<RunParts | RunOutcome> {
  const { dryRun = false, early = false, templates, view, wait = false } = request;
  const named = explicitRecipients(app, request.to ?? null);
  const includesSubscribers = request.to === undefined;
  const recipients = includesSubscribers ? null : named;
  const transport = await app.transport();
  const opened = await app.store();
  const { channel } = transport;
  const now = app.clock();
  if (!dryRun) {
    if (!(await lockForRun(app))) return alreadyRunning(app);
    await ping(app, "/start");
    if (request.acceptRestored) await opened.acceptRestored();
    await upsertNamed(opened.subscribers, { named, view }, now);
  }
  const store = dryRun ? previewStore(opened, { named, view }, now) : opened;
  await assertReaders(app, store, { channel, named, includesSubscribers });
  const recording = dryRun ? null : await recordingOf(app);
  const parts = await app.parts();
  const unmatched: UnmatchedView[] = [];
  const revisit = revisitParts(app, store, { recording, forList: includesSubscribers });
  return {
    store,
    channel,
    unmatched,
    clock: app.clock,
    recipients,
    jobs: {
      editions: store.editions,
      subscribers: store.subscribers,
      channel,
      now,
      named,
      includesSubscribers,
      pushed: pushedFrequencies(app.config.settings),
      sourceOf: (text) => app.source(text),
      readEdition: async (source) => {
        const recorded = recording?.record(source, { parts, early });
        const read = await readEdition({ source, early }, recorded?.parts ?? parts);
        if ("reason" in read) return read;
        recorded?.onFrozen(read.edition);
        printReading(app.terminal, read.reading);
        return read.edition;
      },
    },
    prepare: {
      store,
      now,
      writeLetter: async (digest) => {
        const letter = await renderCheckedLetter(app, digest, { readers: [], templates, placeholders: true });
        printDigest(app.terminal, digest);
        printLetter(app.terminal, letter, digest);
        return letter;
      },
      likedBy: openLikedTexts(app),
      revisitEditions: (edition, of) => revisitEditions(edition, of, revisit),
      onPrepared: async (prepared) => {
        unmatched.push(...prepared.groups.filter(({ letter }) => letter === null));
        return recording?.write(prepared);
      },
    },
    deliver: (editions) =>
      deliverWithOthers(deliveryParts(app, { store, transport }), {
        editions,
        recipients,
        wait,
        onUncertain: request.onUncertain,
      }),
    warn: (message) => app.terminal.warn(message),
  };
}

/** Returns the recording of a run, or null without the setting `records`. */
async function recordingOf(app: App): Promise<Recording | null> {
  return app.config.settings.records ? (await import("./recording.js")).openRecording(app) : null;
}

/** Returns the outcome of a command while another run holds the lock. */
export function alreadyRunning({ home }: Pick<App, "home">): RunOutcome {
  return { reason: "already-running", message: `another run is under way in ${home}`, result: { editions: [] } };
}

interface Named extends Pick<RunRequest, "view"> {
  readonly named: readonly string[];
}

/** Adds explicit recipients to the store. Does not change people who left or were erased. */
async function upsertNamed(subscribers: SubscriberStore, { named, view }: Named, now: Date): Promise<void> {
  const batch = named.map(
    (address) => ({ address, state: "active", frequency: "daily", view, origin: "named" }) as const,
  );
  const results = await subscribers.add(batch, { now });
  for (const [index, result] of results.entries()) {
    const address = named[index] ?? "";
    const known = result === "known" ? await subscribers.find(address) : null;
    // The view flags of a run do not change the view of a subscriber.
    if (known?.origin === "named") await subscribers.change(address, { view }, now);
  }
}

/** Returns a store that contains the explicit recipients only during each query, for a dry run. */
function previewStore(store: Store, named: Named, now: Date): Store {
  const within: Store["preview"] = (work) =>
    store.preview(async (inside) => {
      await upsertNamed(inside.subscribers, named, now);
      return work(inside);
    });
  return {
    ...store,
    subscribers: {
      ...store.subscribers,
      count: () => within(({ subscribers }) => subscribers.count()),
      followed: (readers) => within(({ subscribers }) => subscribers.followed(readers)),
    },
    editions: { ...store.editions, audience: (query) => within(({ editions }) => editions.audience(query)) },
  };
}

interface Readers extends Pick<JobParts, "named" | "includesSubscribers"> {
  readonly channel: Channel;
}

/** @throws PaperboyError `config-invalid` if no reader is configured, or subscribers would have no way to unsubscribe. */
async function assertReaders(
  { config }: Pick<App, "config">,
  { subscribers }: Pick<Store, "subscribers">,
  { named, includesSubscribers, channel }: Readers,
): Promise<void> {
  const { publicUrl, unsubscribeAddress, push } = config.settings;
  const { gone, bounced, ...mailed } = await subscribers.count();
  const subscribed = Object.values(mailed).reduce((sum, count) => sum + count, 0);
  if (subscribed + gone + bounced + named.length === 0 && Object.keys(push).length === 0) {
    throw new PaperboyError("config-invalid", {
      message: "no reader is configured",
      hint: "Give an address with --to you@example.com, set `to:` in paperboy.yaml, or run `paperboy subscribers add you@example.com`.",
    });
  }
  const canLeave = publicUrl !== undefined || unsubscribeAddress !== undefined;
  if (channel === "smtp" && includesSubscribers && !canLeave && subscribed > 0) {
    throw new PaperboyError("config-invalid", {
      message: "subscribers have no way to unsubscribe",
      hint: "Set `publicUrl` (the public site) or `unsubscribeAddress` (a mailbox that Paperboy reads).",
    });
  }
}
