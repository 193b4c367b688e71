import { checkToken, signToken } from "../../core/tokens.js";
import type { TokenPurpose } from "../../core/tokens.js";
import type { RequestContext, SiteContext } from "../context.js";

/** First path segment of the signed links, by purpose. Letters contain such links, so these paths are permanent. */
const PATHS = { confirm: "c", preferences: "p", unsubscribe: "u" } as const satisfies Partial<
  Record<TokenPurpose, string>
>;

export type LinkPurpose = keyof typeof PATHS;

/** Creates a signed link and returns its path below the site's base, such as `/u/TOKEN`. */
export async function signedPath({ keys, clock }: SiteContext, purpose: LinkPurpose, id: number): Promise<string> {
  const token = signToken({ purpose, subscriberId: id, issuedAt: clock() }, await keys());
  return `/${PATHS[purpose]}/${token}`;
}

/** A verified signed link. */
export interface Link {
  /** Subscriber id, or the id of the sign-up for `confirm` links. */
  readonly id: number;
  readonly token: string;
}

/** Verifies the token in the request's path. */
export async function readLink(
  context: RequestContext,
  { keys, clock }: SiteContext,
  purpose: LinkPurpose,
): Promise<Link | "expired" | "forged"> {
  const token = context.req.param("token") ?? "";
  const checked = checkToken(token, { purpose, keys: await keys(), now: clock() });
  if (checked.ok) return { id: checked.subscriberId, token };
  return checked.why === "expired" ? "expired" : "forged";
}
