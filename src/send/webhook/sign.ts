import { createHash, createHmac } from "node:crypto";

/** What tells one push from another: the same for each try, so that a receiver takes it once. */
export function pushId(editionId: string, target: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([editionId, target]))
    .digest("base64url");
  return `paperboy_${hash.slice(0, 32)}`;
}

/** What is signed. */
export interface Signable {
  readonly id: string;
  readonly at: Date;
  readonly body: string;
  readonly secret: string;
}

/**
 * The headers that Standard Webhooks defines (https://www.standardwebhooks.com, "Signature scheme"): HMAC-SHA-256 over id,
 * time in seconds and body, so that neither can be changed, and an old one is known by its time.
 */
export function signatureHeaders({ id, at, body, secret }: Signable): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(Number(at) / 1000));
  const signature = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** `whsec_` and base64 as the standard writes keys; any other text is the key itself. */
function keyOf(secret: string): Buffer {
  return secret.startsWith("whsec_") ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret);
}
