import type { Bucket, Grant } from "../../store/store.js";
import type { RequestContext, SiteContext } from "../context.js";
import { infoPage } from "../info-page.js";
import { clientKey } from "./client.js";

const HOUR_MS = 3_600_000;

const SIGNUPS_PER_CLIENT_AND_HOUR = 5;
const SIGNUPS_PER_HOUR = 100;
const CHANGES_PER_LINK_AND_HOUR = 60;

/** Limits of a sign-up: per client and for all clients together. The store limits sign-ups per address. */
export function signupLimits(context: RequestContext, { secret }: SiteContext): readonly Bucket[] {
  const client = clientKey(context.get("client"), secret);
  return [
    { name: `signup:client:${client}`, capacity: SIGNUPS_PER_CLIENT_AND_HOUR, refillMs: HOUR_MS },
    { name: "signup:all", capacity: SIGNUPS_PER_HOUR, refillMs: HOUR_MS },
  ];
}

/** Limit of changes made with one signed link. */
export function linkLimit(kind: "confirm" | "subscriber", id: number): Bucket {
  return { name: `site:${kind}:${id}`, capacity: CHANGES_PER_LINK_AND_HOUR, refillMs: HOUR_MS };
}

/** Limits "you are already subscribed" mails to one a day per subscriber. */
export function memberMailLimit(id: number): Bucket {
  return { name: `signup:member:${id}`, capacity: 1, refillMs: 24 * HOUR_MS };
}

/** Takes one token from each bucket. Returns null if the request may go on, or a 429 response with Retry-After. */
export async function enforceLimits(
  context: RequestContext,
  site: SiteContext,
  buckets: readonly Bucket[],
): Promise<Response | null> {
  const grant: Grant = await site.store.limits.take(buckets, { count: 1, now: site.clock() });
  if (grant.ok) return null;
  context.header("Retry-After", String(Math.max(1, Math.ceil(grant.retryInMs / 1000))));
  return infoPage(context, site, { name: "rateLimited", status: 429 });
}
