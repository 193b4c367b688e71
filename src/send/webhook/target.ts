/** The kinds of target to which an edition can be pushed. */
export type PushKind = "webhook" | "slack" | "telegram";

/** A configured target. URLs are https, or http to this machine. */
export type PushTarget =
  | { readonly kind: "webhook"; readonly url: string; readonly secret?: string | undefined }
  | { readonly kind: "slack"; readonly url: string }
  | { readonly kind: "telegram"; readonly url: string; readonly token: string; readonly chat: string };

/** Returns the URL for the requests to a target. It may contain a secret and must not be printed. */
export function endpointOf(target: PushTarget): URL {
  if (target.kind !== "telegram") return new URL(target.url);
  // https://core.telegram.org/bots/api#making-requests
  return new URL(`${target.url.replace(/\/+$/, "")}/bot${target.token}/sendMessage`);
}

/** Whether a request may be repeated. A webhook recognises a repetition by its key; a chat would show the message twice. */
export function isRepeatable({ kind }: PushTarget): boolean {
  return kind === "webhook";
}

/** Shorter parts of a path are ordinary words, not secrets. */
const MIN_SECRET = 6;

/** Removes the secrets of a target from a text: its token, its key, and every part of its URL except the host. */
export function redact(text: string, target: PushTarget): string {
  const { pathname, search } = endpointOf(target);
  const parts = `${pathname}${search}`.split(/[/?&=]/).filter((part) => part.length >= MIN_SECRET);
  const token = target.kind === "telegram" ? [target.token, target.token.replace(/^\d+:/, "")] : [];
  const key = target.kind === "webhook" && target.secret !== undefined ? [target.secret] : [];
  const secrets = [...token, ...key, ...parts, ...parts.map(decoded)].toSorted((a, b) => b.length - a.length);
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, "***"), text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
