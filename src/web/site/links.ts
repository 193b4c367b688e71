import { checkToken, LINK_PATHS, signToken } from "../../core/tokens.js";
import type { LinkPurpose } from "../../core/tokens.js";
import type { RequestContext, SiteContext, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";

/** Creates a signed link and returns its path below the site's base, such as `/u/TOKEN`. */
export async function signedPath({ keys, clock }: SiteContext, purpose: LinkPurpose, id: number): Promise<string> {
  const token = signToken({ purpose, subscriberId: id, issuedAt: clock() }, await keys());
  return `/${LINK_PATHS[purpose]}/${token}`;
}

/** A verified signed link. */
export interface Link {
  /** Subscriber id, or the id of the sign-up for `confirm` links. */
  readonly id: number;
  readonly token: string;
}

/** A request with a verified signed link. */
export interface LinkRequest {
  readonly context: RequestContext;
  readonly site: SiteContext;
  readonly link: Link;
}

interface LinkHandlers {
  readonly answer: (request: LinkRequest) => Response | Promise<Response>;
  /** Responds to a link that is not valid; by default that there is no such page. */
  readonly refuse?: (context: RequestContext, site: SiteContext, why: "expired" | "forged") => Response;
}

/** Returns the handler of a route with a signed link: verifies the token in the request's path. */
export function forLink(purpose: LinkPurpose, { answer, refuse = unknownLink }: LinkHandlers): SiteRoute["answer"] {
  return async (context, site) => {
    const token = context.req.param("token") ?? "";
    const checked = checkToken(token, { purpose, keys: await site.keys(), now: site.clock() });
    if (checked.ok) return answer({ context, site, link: { id: checked.subscriberId, token } });
    return refuse(context, site, checked.why === "expired" ? "expired" : "forged");
  };
}

function unknownLink(context: RequestContext, site: SiteContext): Response {
  return infoPage(context, site, { name: "unknown", status: 404 });
}
