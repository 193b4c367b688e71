/** The kinds of place that an edition can be pushed to. */
export type PushKind = "webhook" | "slack" | "telegram";

/** Where an edition goes, as configured (docs/pushes.md). Addresses are https, or http to this machine. */
export type PushTarget =
  | { readonly kind: "webhook"; readonly url: string; readonly secret?: string | undefined }
  | { readonly kind: "slack"; readonly url: string }
  | { readonly kind: "telegram"; readonly url: string; readonly token: string; readonly chat: string };

/** Where a target's requests are sent. It may hold a secret: never show it. */
export function endpointOf(target: PushTarget): URL {
  if (target.kind !== "telegram") return new URL(target.url);
  // https://core.telegram.org/bots/api#making-requests
  return new URL(`${target.url.replace(/\/+$/, "")}/bot${target.token}/sendMessage`);
}

/**
 * Whether the same request may be made again without harm: a webhook's receiver tells a repeated one by its key; a chat
 * would show it twice.
 */
export function isRepeatable({ kind }: PushTarget): boolean {
  return kind === "webhook";
}

/** Shorter parts of an address are words such as `services`, and no secrets. */
const SHORTEST_SECRET = 6;

/** Takes a target's secrets out of a text: its token, its key, and all parts of its address but the host. */
export function redact(text: string, target: PushTarget): string {
  const { pathname, search } = endpointOf(target);
  const parts = `${pathname}${search}`.split(/[/?&=]/).filter((part) => part.length >= SHORTEST_SECRET);
  const own = target.kind === "telegram" ? [target.token, target.token.replace(/^\d+:/, "")] : [];
  const key = target.kind === "webhook" && target.secret !== undefined ? [target.secret] : [];
  const secrets = [...own, ...key, ...parts, ...parts.map(decoded)].toSorted((a, b) => b.length - a.length);
  return secrets.reduce((told, secret) => told.replaceAll(secret, "***"), text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
