import type { DetailedPeerCertificate } from "node:tls";
import { describe, expect, it } from "vitest";
import { judgeCertificate } from "../../../src/ops/doctor/smtp/certificate.js";
import { startTlsSmtp } from "./certificates.js";
import { examined, kept, MAIL_HOST, mailingThrough } from "./rig.js";

/** Around the day on which the tests say that it is, 2026-10-05, and far beyond the real one. */
const LONG = { from: "20240101", to: "20990101" };
const PAST = { from: "20240101", to: "20240201" };

const CASES = [
  {
    of: "has expired",
    wanted: { name: MAIL_HOST, ...PAST },
    detail: "the certificate of mail.example.org has expired (2024-02-01)",
    fix: "Renew the certificate on the mail server; until then nothing is handed to it.",
  },
  {
    of: "is made for another name",
    wanted: { name: "other.example.net", ...LONG },
    detail: "the certificate is for other.example.net, not for mail.example.org",
    fix: "Write the name that stands in the certificate as the SMTP host, or have a certificate made for this one.",
  },
  {
    of: "nobody vouches for",
    wanted: { name: MAIL_HOST, ...LONG },
    detail: "the certificate of mail.example.org is self-signed",
    fix: "Use a certificate of a public authority on the server (with its chain), or name your own authority's file in NODE_EXTRA_CA_CERTS.",
  },
];

describe.each([
  { way: "STARTTLS", scheme: "smtp", secure: false },
  { way: "TLS from the first byte", scheme: "smtps", secure: true },
])("by $way, a certificate that", ({ scheme, secure }) => {
  it.each(CASES)("$of", async ({ wanted, detail, fix }) => {
    const server = kept(await startTlsSmtp(wanted, secure));
    const environment = await mailingThrough(`${scheme}://me:hush@${MAIL_HOST}:${server.port}`);
    expect(await examined("smtp.tls", { environment })).toMatchObject({ result: "fail", detail, fix });
    expect(await examined("smtp.login", { environment })).toMatchObject({
      result: "skipped",
      detail: "the certificate is not good, so the password is kept back",
    });
    expect(server.logins()).toBe(0);
  });
});

it.each([
  {
    at: "20 days before its end",
    now: "2026-10-12",
    result: "ok",
    detail: "TLSv1.3, certificate valid until 2026-11-01",
  },
  { at: "10 days before its end", now: "2026-10-22", result: "warn", detail: "expires on 2026-11-01" },
  { at: "before its time", now: "2026-07-01", result: "fail", detail: "valid only from 2026-08-01" },
])("judges a trusted certificate $at", ({ now, result, detail }) => {
  const certificate = {
    valid_from: "Aug  1 00:00:00 2026 GMT",
    valid_to: "Nov  1 00:00:00 2026 GMT",
    subject: { CN: MAIL_HOST },
    subjectaltname: `DNS:${MAIL_HOST}`,
  } as unknown as DetailedPeerCertificate;
  const encryption = { certificate, distrust: null, protocol: "TLSv1.3" };
  const finding = judgeCertificate(encryption, { host: MAIL_HOST, now: new Date(now) });
  expect(finding.result).toBe(result);
  expect(finding.detail).toContain(detail);
});
