import path from "node:path";
import type { Settings } from "../config/schema.js";
import { withInterests } from "../core/model.js";
import type { Clock, Digest, Edition, LikedText, View } from "../core/model.js";
import { userAgent } from "../fetch/fetcher.js";
import { rank } from "../rank/digest.js";
import { defaultView } from "../rank/view.js";
import { brandingFrom } from "../render/branding.js";
import { openNotices } from "../render/notice.js";
import type { NoticeOptions } from "../render/notice.js";
import type { AttemptParts } from "../send/webhook/attempt.js";
import { openHttpConnection } from "../send/webhook/connection.js";
import type { PushParts } from "../send/webhook/drain.js";
import { payloadFor } from "../send/webhook/payload.js";
import { endpointOf } from "../send/webhook/target.js";
import type { PushTarget } from "../send/webhook/target.js";
import type { Store } from "../store/store.js";
import { archiveUrlOf } from "./letter.js";
import { packageVersion } from "../core/project.js";
import { sleep } from "../core/until-aborted.js";

const PUSH_TIMEOUTS = { connectMs: 10_000, responseMs: 30_000 } as const;

/** The parts that pushes use. */
export interface PushContext {
  readonly settings: Settings;
  /** The folder to which the configured template folder is relative. */
  readonly home: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Returns the liked texts of a view. */
  readonly likedBy: (view: View) => Promise<readonly LikedText[]>;
}

/** Returns the parts of one push attempt. */
export function attemptParts({ settings, clock }: Pick<PushContext, "settings" | "clock">): AttemptParts {
  return {
    open: (target) => openHttpConnection(endpointOf(target), PUSH_TIMEOUTS),
    clock,
    userAgent: userAgent(packageVersion(), settings.contact ?? null),
  };
}

/** Returns the parts of `drainPushes`, which waits up to `maxWaitMs` for deferred pushes. */
export function pushParts(
  context: PushContext,
  store: Pick<Store, "pushes" | "editions">,
  maxWaitMs: number,
): PushParts {
  return {
    ...attemptParts(context),
    pushes: store.pushes,
    targets: new Map<string, PushTarget>(Object.entries(context.settings.push)),
    signal: context.signal,
    payload: async (editionId, name) => {
      const edition = await editionOf(store, editionId);
      return edition && pushBody(context, name, { edition });
    },
    sleep,
    maxWaitMs,
  };
}

/** Returns the edition as prepared for either channel: the papers are the same. */
async function editionOf({ editions }: Pick<Store, "editions">, editionId: string): Promise<Edition | null> {
  for (const channel of ["smtp", "outbox"] as const) {
    const saved = await editions.find({ editionId, channel });
    if (saved) return saved.edition;
  }
  return null;
}

interface PushContent extends Pick<NoticeOptions, "isTest"> {
  readonly edition: Edition;
}

/**
 * Returns the request body for a target as JSON; null if no paper of the edition matches its view.
 * @throws PaperboyError `config-invalid` for a mistake in a template.
 */
export async function pushBody(
  { settings, home, likedBy }: Pick<PushContext, "settings" | "home" | "likedBy">,
  name: string,
  { edition, isTest = false }: PushContent,
): Promise<string | null> {
  const target = settings.push[name];
  if (target === undefined) return null;
  const view = viewOf(settings, target.view);
  const digest: Digest = rank(edition, view, { liked: await likedBy(view) });
  if (digest.kept.length === 0) return null;
  const { templates, branding } = settings;
  const writeNotice = openNotices({
    templatesDir: templates === undefined ? null : path.resolve(home, templates),
    branding: brandingFrom(branding),
  });
  const write = writeNotice(digest, { archiveUrl: archiveUrlOf(digest, settings), isTest });
  return payloadFor(target, { papers: digest.kept.length, write });
}

/** Returns the default view, overridden by the settings of a target. */
function viewOf(settings: Settings, overrides: object): View {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const view: View = { ...defaultView(settings.view), ...given };
  return "interests" in given && !("order" in given) ? withInterests(view, view.interests ?? []) : view;
}
