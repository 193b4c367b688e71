import type { Bucket, Grant } from "../../store/store.js";
import { note } from "../info-page.js";
import { visitorName } from "./client.js";
import type { Desk, SiteContext } from "../context.js";

const HOUR_MS = 3_600_000;

/** Sign-ups of one visitor, and of all together, in an hour. */
const SIGNUPS_PER_VISITOR = 5;
const SIGNUPS_PER_HOUR = 100;
/** Changes that one link may make in an hour. */
const CHANGES_PER_LINK = 60;

/** What a sign-up takes from: the visitor's share, and everybody's. The share of an address is the sign-ups' own. */
export function signupBuckets(context: SiteContext, { secret }: Desk): readonly Bucket[] {
  const visitor = visitorName(context.get("client"), secret);
  return [
    { name: `signup:visitor:${visitor}`, capacity: SIGNUPS_PER_VISITOR, refillMs: HOUR_MS },
    { name: "signup:all", capacity: SIGNUPS_PER_HOUR, refillMs: HOUR_MS },
  ];
}

/** What a change by a signed link takes from. */
export function linkBucket(kind: "confirm" | "reader", id: number): Bucket {
  return { name: `site:${kind}:${id}`, capacity: CHANGES_PER_LINK, refillMs: HOUR_MS };
}

/** One letter a day to tell a reader that the address is on the list already. */
export function memberBucket(id: number): Bucket {
  return { name: `signup:member:${id}`, capacity: 1, refillMs: 24 * HOUR_MS };
}

/** Takes one token; null when it was granted, else the answer that asks for patience. */
export async function spend(context: SiteContext, desk: Desk, buckets: readonly Bucket[]): Promise<Response | null> {
  const grant: Grant = await desk.store.limits.take(buckets, { count: 1, now: desk.clock() });
  if (grant.ok) return null;
  context.header("Retry-After", String(Math.max(1, Math.ceil(grant.retryInMs / 1000))));
  return note(context, desk, { name: "busy", status: 429 });
}
