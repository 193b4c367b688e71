import type { DetailedPeerCertificate } from "node:tls";
import { describe, expect, it } from "vitest";
import { checkCertificate } from "../../../src/ops/doctor/smtp/certificate.js";
import { startTlsSmtp } from "./certificates.js";
import { runCheck, closeAfterTest, MAIL_HOST, smtpEnvironment } from "./setup.js";

/** Valid on 2026-10-05, the date of the tests, and on the real date. */
const LONG = { from: "20240101", to: "20990101" };
const PAST = { from: "20240101", to: "20240201" };

const CASES = [
  {
    problem: "has expired",
    wanted: { name: MAIL_HOST, ...PAST },
    detail: "the certificate of mail.example.org has expired (2024-02-01)",
    fix: "Renew the certificate on the mail server; until then no mail is sent to it.",
  },
  {
    problem: "is for another name",
    wanted: { name: "other.example.net", ...LONG },
    detail: "the certificate is for other.example.net, not for mail.example.org",
    fix: "Set the SMTP host to a name in the certificate, or get a certificate for this host.",
  },
  {
    problem: "is self-signed",
    wanted: { name: MAIL_HOST, ...LONG },
    detail: "the certificate of mail.example.org is self-signed",
    fix: "Install a certificate of a public authority on the server (with its chain), or set NODE_EXTRA_CA_CERTS to the file of your own authority.",
  },
];

describe.each([
  { way: "STARTTLS", scheme: "smtp", secure: false },
  { way: "TLS from the first byte", scheme: "smtps", secure: true },
])("a certificate over $way", ({ scheme, secure }) => {
  it.each(CASES)("is rejected when it $problem, and no login is sent", async ({ wanted, detail, fix }) => {
    const server = closeAfterTest(await startTlsSmtp(wanted, secure));
    const environment = await smtpEnvironment(`${scheme}://me:hush@${MAIL_HOST}:${server.port}`);
    expect(await runCheck("smtp.tls", { environment })).toMatchObject({ result: "fail", detail, fix });
    expect(await runCheck("smtp.login", { environment })).toMatchObject({
      result: "skipped",
      detail: "the certificate is not valid, so the password is not sent",
    });
    expect(server.logins()).toBe(0);
  });
});

it.each([
  {
    at: "20 days before it expires",
    now: "2026-10-12",
    result: "ok",
    detail: "TLSv1.3, certificate valid until 2026-11-01",
  },
  { at: "10 days before it expires", now: "2026-10-22", result: "warn", detail: "expires on 2026-11-01" },
  { at: "that is not valid yet", now: "2026-07-01", result: "fail", detail: "not valid before 2026-08-01" },
])("reports '$result' for a trusted certificate $at", ({ now, result, detail }) => {
  const certificate = {
    valid_from: "Aug  1 00:00:00 2026 GMT",
    valid_to: "Nov  1 00:00:00 2026 GMT",
    subject: { CN: MAIL_HOST },
    subjectaltname: `DNS:${MAIL_HOST}`,
  } as unknown as DetailedPeerCertificate;
  const encryption = { certificate, distrust: null, protocol: "TLSv1.3" };
  const finding = checkCertificate(encryption, { host: MAIL_HOST, now: new Date(now) });
  expect(finding.result).toBe(result);
  expect(finding.detail).toContain(detail);
});
