import { timingSafeEqual } from "node:crypto";

/** The parts of a request that the checks use. */
export interface GuardedRequest {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
}

/** A rule that refuses requests. */
interface Refusal {
  readonly why: string;
  readonly applies: (request: GuardedRequest, port: number) => boolean;
}

/** Safe methods (RFC 9110, section 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Rules against requests from other web pages, which can reach a server on 127.0.0.1. The Host header reveals DNS rebinding;
 * Sec-Fetch-Site (Fetch Metadata) and Origin (RFC 6454) reveal cross-site requests.
 */
const REFUSALS: readonly Refusal[] = [
  { why: "The studio only accepts requests for 127.0.0.1 or localhost.", applies: isForeignHost },
  {
    why: "The studio does not accept requests from other sites.",
    applies: ({ header }) => !["same-origin", "none", undefined].includes(header("sec-fetch-site")),
  },
  {
    why: "The studio only accepts POST requests from its own page.",
    applies: ({ method, header }) => !SAFE.has(method) && header("origin") !== `http://${header("host")}`,
  },
];

/** Returns the reason to refuse a request, or null if it is allowed. */
export function refusalOf(request: GuardedRequest, port: number): string | null {
  return REFUSALS.find(({ applies }) => applies(request, port))?.why ?? null;
}

function isForeignHost({ header }: GuardedRequest, port: number): boolean {
  return ![`127.0.0.1:${port}`, `localhost:${port}`].includes(header("host")?.toLowerCase() ?? "");
}

/** Compares a form's CSRF token in constant time. */
export function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
