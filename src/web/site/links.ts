import { checkToken, signToken } from "../../core/tokens.js";
import type { TokenPurpose } from "../../core/tokens.js";
import type { Desk, SiteContext } from "../context.js";

/** The pages that signed links lead to, by what the link may do; letters carry them too. */
const PATHS = { confirm: "c", preferences: "p", unsubscribe: "u" } as const satisfies Partial<
  Record<TokenPurpose, string>
>;

export type LinkPurpose = keyof typeof PATHS;

/** The path of a signed link below the site's base, such as `/u/TOKEN`. */
export async function signedPath({ keys, clock }: Desk, purpose: LinkPurpose, id: number): Promise<string> {
  const token = signToken({ purpose, subscriberId: id, issuedAt: clock() }, await keys());
  return `/${PATHS[purpose]}/${token}`;
}

/** Whose link this request came by. */
export interface Link {
  /** The reader's number, or the sign-up's. */
  readonly id: number;
  readonly token: string;
}

/** Checks the token of a route's path; why it is refused, where it is. */
export async function readLink(
  context: SiteContext,
  { keys, clock }: Desk,
  purpose: LinkPurpose,
): Promise<Link | "expired" | "forged"> {
  const token = context.req.param("token") ?? "";
  const checked = checkToken(token, { purpose, keys: await keys(), now: clock() });
  if (checked.ok) return { id: checked.subscriberId, token };
  return checked.why === "expired" ? "expired" : "forged";
}
