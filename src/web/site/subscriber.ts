import type { Subscriber } from "../../store/store.js";
import { note, toSubscribe } from "../info-page.js";
import { readLink } from "./links.js";
import type { Link } from "./links.js";
import type { Desk, SiteContext } from "../context.js";
import { readSeal, sealForm } from "./csrf-token.js";
import type { Pause, Wish } from "./preferences-form.js";

/** A reader who came by the link to the preferences; null when nothing of this person is stored any more. */
export interface Visit {
  readonly link: Link;
  readonly reader: Subscriber | null;
}

/** Whose preferences this request is about, or the answer that refuses it. */
export async function visitOf(context: SiteContext, desk: Desk): Promise<Visit | Response> {
  const link = await readLink(context, desk, "preferences");
  if (typeof link === "string")
    return note(context, desk, { name: "unknown", status: 404, links: [toSubscribe(desk)] });
  return { link, reader: await desk.store.subscribers.byId(link.id) };
}

/** Whether letters may come to this reader again without a new sign-up. */
export function isMember(reader: Subscriber | null): reader is Subscriber {
  return reader?.state === "active" || reader?.state === "paused";
}

/** The same for a link that nobody stands behind any more, whatever the reason. */
export function nothingStored(context: SiteContext, desk: Desk): Response {
  return note(context, desk, { name: "nobody", status: 200, links: [toSubscribe(desk)] });
}

/** What a reader has chosen. A pause that is over is none. */
export function wishOf({ frequency, view, state, pausedUntil }: Subscriber, now: Date): Wish {
  const isOver = pausedUntil !== null && pausedUntil <= now;
  const pause: Pause =
    state !== "paused" || isOver
      ? { kind: "no" }
      : pausedUntil === null
        ? { kind: "open" }
        : { kind: "until", day: pausedUntil.toISOString().slice(0, 10) };
  return { frequency, view, pause };
}

/** Seals a reader's form, so that a page elsewhere cannot send it. */
export function sealFor({ secret, clock }: Desk, { token }: Link): string {
  return sealForm({ secret, form: `reader ${token}` }, clock());
}

/** Whether a form brought back the seal of this reader's page. */
export function hasSeal({ secret, clock }: Desk, { token }: Link, seal: string): boolean {
  return readSeal(seal, { secret, form: `reader ${token}` }, clock()) !== null;
}
