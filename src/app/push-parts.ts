import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { App } from "./app.js";
import { userAgent } from "../fetch/fetcher.js";
import type { Digest, Edition, View } from "../core/model.js";
import type { AttemptParts } from "../send/webhook/attempt.js";
import type { PushParts } from "../send/webhook/drain.js";
import { openLine } from "../send/webhook/connection.js";
import { payloadFor } from "../send/webhook/payload.js";
import { endpointOf } from "../send/webhook/target.js";
import type { PushTarget } from "../send/webhook/target.js";
import { rank } from "../rank/digest.js";
import { brandingFrom } from "../render/branding.js";
import { openNotices } from "../render/notice.js";
import type { NoticeOptions, NoticeWriter } from "../render/notice.js";
import type { Store } from "../store/store.js";
import { packageVersion } from "./version.js";
import { archiveUrlOf } from "./letter.js";
import { defaultView } from "../rank/view.js";

/** How long a target may take to take a connection, and to answer, in ms. */
const PUSH_LIMITS = { connectMs: 10_000, answerMs: 30_000 } as const;

/** How targets are reached. */
export function sendingParts(app: App): AttemptParts {
  const { contact } = app.config.settings;
  return {
    open: (target) => openLine(endpointOf(target), PUSH_LIMITS),
    clock: app.clock,
    userAgent: userAgent(packageVersion(), contact ?? null),
  };
}

/** All that pushing what is in line needs. */
export function pushParts(app: App, store: Store, patienceMs: number): PushParts {
  return {
    ...sendingParts(app),
    pushes: store.pushes,
    targets: new Map<string, PushTarget>(Object.entries(app.config.settings.push)),
    signal: app.environment.signal,
    payload: async (editionId, name) => {
      const edition = await editionOf(store, editionId);
      return edition && bodyFor(app, name, { edition });
    },
    sleep: async (ms, signal) => void (await wait(ms, null, { signal }).catch(() => null)),
    patienceMs,
  };
}

/** An edition has the same papers on each channel; what was mailed comes first. */
async function editionOf(store: Store, editionId: string): Promise<Edition | null> {
  for (const channel of ["smtp", "outbox"] as const) {
    const saved = await store.editions.find({ editionId, channel });
    if (saved) return saved.edition;
  }
  return null;
}

interface Wish extends Pick<NoticeOptions, "isTest"> {
  readonly edition: Edition;
}

/**
 * What a target is sent of an edition, as JSON; null where no paper fits its view.
 * @throws PaperboyError `config-invalid` for a mistake in a template.
 */
export async function bodyFor(app: App, name: string, { edition, isTest = false }: Wish): Promise<string | null> {
  const target = app.config.settings.push[name];
  if (target === undefined) return null;
  const digest: Digest = rank(edition, viewFor(app, target.view));
  if (digest.kept.length === 0) return null;
  const archiveUrl = archiveUrlOf(digest, app.config.settings);
  const write = notices(app)(digest, { archiveUrl, isTest });
  return payloadFor(target, { papers: digest.kept.length, write });
}

function notices({ home, config }: App): NoticeWriter {
  const { templates, branding } = config.settings;
  return openNotices({
    templatesDir: templates === undefined ? null : path.resolve(home, templates),
    branding: brandingFrom(branding),
  });
}

/** A target's own wishes over those of all. */
function viewFor(app: App, wishes: object): View {
  return { ...defaultView(app.config.settings.view), ...given(wishes) };
}

/** Leaves out what was not configured, so that absence never covers a value below. */
function given(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
