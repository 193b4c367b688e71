import { checkServerIdentity } from "node:tls";
import { fail, ok, warn } from "../check.js";
import type { Finding } from "../check.js";
import type { Encryption } from "./server.js";

const SOON_MS = 14 * 86_400_000;

/** The host and the time for which a certificate must be valid. */
export interface CertificateTarget {
  readonly host: string;
  readonly now: Date;
}

/** Checks a server's certificate as a client must: dates, name (RFC 6125), and chain of trust. */
export function checkCertificate(
  { certificate, distrust, protocol }: Encryption,
  { host, now }: CertificateTarget,
): Finding {
  const until = new Date(certificate.valid_to);
  const from = new Date(certificate.valid_from);
  if (until <= now || distrust === "CERT_HAS_EXPIRED") {
    return fail(
      `the certificate of ${host} has expired (${dayOf(until)})`,
      "Renew the certificate on the mail server; until then no mail is sent to it.",
    );
  }
  if (from > now || distrust === "CERT_NOT_YET_VALID") {
    return fail(
      `the certificate of ${host} is not valid before ${dayOf(from)}`,
      "Check this machine's clock, and the date of the certificate.",
    );
  }
  if (checkServerIdentity(host, certificate)) return wrongName(host, certificate.subjectaltname ?? "no name");
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
    "Set the SMTP host to a name in the certificate, or get a certificate for this host.",
  );
}

function distrusted(host: string, reason: string): Finding {
  const selfSigned = reason === "DEPTH_ZERO_SELF_SIGNED_CERT";
  return fail(
    selfSigned
      ? `the certificate of ${host} is self-signed`
      : `the certificate of ${host} is not signed by a known authority (${reason})`,
    "Install a certificate of a public authority on the server (with its chain), or set NODE_EXTRA_CA_CERTS to the file of your own authority.",
  );
}

function dayOf(instant: Date): string {
  return Number.isNaN(instant.getTime()) ? "date unknown" : instant.toISOString().slice(0, 10);
}
