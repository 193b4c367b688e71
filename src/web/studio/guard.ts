import { timingSafeEqual } from "node:crypto";

/** What a request says of itself. */
export interface Asked {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
}

/** One reason to refuse a request. */
interface Refusal {
  readonly why: string;
  readonly applies: (asked: Asked, port: number) => boolean;
}

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Why requests are refused. Any page that a browser has open can send requests to this machine: the name in Host tells a
 * name that was pointed here (DNS rebinding), Sec-Fetch-Site (Fetch Metadata) and Origin (RFC 6454) tell another site.
 */
const REFUSALS: readonly Refusal[] = [
  { why: "the studio answers to this machine's own name only", applies: isForeignHost },
  {
    why: "another site may not ask the studio for anything",
    applies: ({ header }) => !["same-origin", "none", undefined].includes(header("sec-fetch-site")),
  },
  {
    why: "what changes something must come from the studio's own page",
    applies: ({ method, header }) => !SAFE.has(method) && header("origin") !== `http://${header("host")}`,
  },
];

/** Why this request is refused; null when it may pass. */
export function refusalOf(asked: Asked, port: number): string | null {
  return REFUSALS.find(({ applies }) => applies(asked, port))?.why ?? null;
}

function isForeignHost({ header }: Asked, port: number): boolean {
  return ![`127.0.0.1:${port}`, `localhost:${port}`].includes(header("host")?.toLowerCase() ?? "");
}

/** Whether a form brought back the token of this studio's pages. */
export function isToken(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
