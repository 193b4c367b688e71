import { checkServerIdentity } from "node:tls";
import { fail, ok, warn } from "../check.js";
import type { Finding } from "../check.js";
import type { Encryption } from "./server.js";

const SOON_MS = 14 * 86_400_000;

/** What a certificate is judged by. */
export interface Judged {
  readonly host: string;
  readonly now: Date;
}

/** Judges a server's certificate as a client must: its time, its name (RFC 6125), and who vouches for it. */
export function judgeCertificate({ certificate, distrust, protocol }: Encryption, { host, now }: Judged): Finding {
  const until = new Date(certificate.valid_to);
  const from = new Date(certificate.valid_from);
  if (until <= now || distrust === "CERT_HAS_EXPIRED") {
    return fail(
      `the certificate of ${host} has expired (${dayOf(until)})`,
      "Renew the certificate on the mail server; until then nothing is handed to it.",
    );
  }
  if (from > now || distrust === "CERT_NOT_YET_VALID") {
    return fail(
      `the certificate of ${host} is valid only from ${dayOf(from)}`,
      "Check this machine's clock, and the date of the certificate.",
    );
  }
  if (checkServerIdentity(host, certificate)) return wrongName(host, certificate.subjectaltname ?? "no name at all");
  if (distrust !== null) return distrusted(host, distrust);
  const left = Number(until) - Number(now);
  if (left < SOON_MS) {
    return warn(`the certificate of ${host} expires on ${dayOf(until)}`, "Renew the certificate on the mail server.");
  }
  return ok(`${protocol}, certificate valid until ${dayOf(until)}`);
}

function wrongName(host: string, names: string): Finding {
  const known = names.replaceAll(/(?:DNS|IP Address):/g, "").slice(0, 200);
  return fail(
    `the certificate is for ${known}, not for ${host}`,
    "Write the name that stands in the certificate as the SMTP host, or have a certificate made for this one.",
  );
}

function distrusted(host: string, reason: string): Finding {
  const selfSigned = reason === "DEPTH_ZERO_SELF_SIGNED_CERT";
  return fail(
    selfSigned
      ? `the certificate of ${host} is self-signed`
      : `nobody known vouches for the certificate of ${host} (${reason})`,
    "Use a certificate of a public authority on the server (with its chain), or name your own authority's file in NODE_EXTRA_CA_CERTS.",
  );
}

function dayOf(instant: Date): string {
  return Number.isNaN(instant.getTime()) ? "date unknown" : instant.toISOString().slice(0, 10);
}
