import { generateKeyPairSync } from "node:crypto";
import type { Sender } from "../../../src/ops/doctor/dns/sender.js";
import { dkimRecord, loadDkimKey } from "../../../src/send/message/dkim.js";
import type { DkimKey } from "../../../src/send/message/dkim.js";
import type { Zone } from "../../support/dns.js";

/** The mail server of the sender example.org. */
export const HOST = "mail.example.org";

/** DNS records, and the expected finding of a check. */
export interface Case {
  readonly id: string;
  readonly of: string;
  readonly zone: Zone;
  readonly result: "ok" | "warn" | "fail" | "skipped";
  readonly detail: RegExp;
  readonly fix: RegExp | null;
  readonly sender?: Partial<Sender>;
}

function makeKey(selector: string): DkimKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return loadDkimKey({ domain: "example.org", selector, privateKey: pem });
}

const ours = makeKey("daily");
const AT = "TXT daily._domainkey.example.org";
const smtpAt = (host: string): Pick<Sender, "smtp"> => ({
  smtp: { host, port: 587, secure: false, login: null, allowPlaintext: false },
});

/** Failing and passing cases of each DNS check. */
export const CASES: readonly Case[] = [
  {
    id: "dns.spf",
    of: "a domain without a record",
    zone: {},
    result: "fail",
    detail: /^example\.org has no SPF record$/,
    fix: /^Add a TXT record to example\.org/,
  },
  {
    id: "dns.spf",
    of: "no record at a provider with its own return path",
    zone: {},
    sender: smtpAt("smtp.postmarkapp.com"),
    result: "warn",
    detail: /no SPF record/,
    fix: /the include from the documentation of Postmark/,
  },
  {
    id: "dns.spf",
    of: "two records",
    zone: { "TXT example.org": ["v=spf1 mx -all", "v=spf1 a -all"] },
    result: "fail",
    detail: /2 SPF records/,
    fix: /^Merge them/,
  },
  {
    id: "dns.spf",
    of: "a record that allows every server",
    zone: { "TXT example.org": ["v=spf1 +all"] },
    result: "warn",
    detail: /allows every server to send/,
    fix: /~all or -all/,
  },
  {
    id: "dns.spf",
    of: "a record for the domain of return paths",
    zone: { "TXT b.example.org": ["v=spf1 mx -all"] },
    sender: { bounceDomain: "b.example.org" },
    result: "ok",
    detail: /^b\.example\.org: v=spf1 mx -all$/,
    fix: null,
  },
  {
    id: "dns.dkim",
    of: "no record",
    zone: {},
    sender: { dkim: [ours] },
    result: "fail",
    detail: /^there is no DKIM record at daily/,
    fix: /^Publish this TXT record at daily\._domainkey\.example\.org: v=DKIM1; k=ed25519; p=\S{44}$/,
  },
  {
    id: "dns.dkim",
    of: "a record with another key",
    zone: { [AT]: [dkimRecord(makeKey("daily"))] },
    sender: { dkim: [ours] },
    result: "fail",
    detail: /is not the configured one$/,
    fix: /^Publish this TXT record/,
  },
  {
    id: "dns.dkim",
    of: "a revoked key",
    zone: { [AT]: ["v=DKIM1; p="] },
    sender: { dkim: [ours] },
    result: "fail",
    detail: /revoked$/,
    fix: /^Publish this TXT record/,
  },
  {
    id: "dns.dkim",
    of: "a record with the configured key",
    zone: { [AT]: [dkimRecord(ours)] },
    sender: { dkim: [ours] },
    result: "ok",
    detail: /^daily\._domainkey\.example\.org$/,
    fix: null,
  },
  {
    id: "dns.dkim",
    of: "a signature of another domain",
    zone: { [AT]: [dkimRecord(ours)] },
    sender: { dkim: [ours], from: "papers@example.com" },
    result: "fail",
    detail: /does not count for DMARC$/,
    fix: /^Set `dkim\.domain`/,
  },
  { id: "dns.dkim", of: "no key configured", zone: {}, result: "warn", detail: /unsigned/, fix: /^Create a key/ },
  {
    id: "dns.dkim",
    of: "a provider that signs",
    zone: {},
    sender: smtpAt("smtp.gmail.com"),
    result: "skipped",
    detail: /^Gmail signs/,
    fix: null,
  },
  {
    id: "dns.dmarc",
    of: "a domain without a record",
    zone: {},
    result: "warn",
    detail: /no DMARC record$/,
    fix: /^Add a TXT record at _dmarc\.example\.org/,
  },
  {
    id: "dns.dmarc",
    of: "a record without a policy",
    zone: { "TXT _dmarc.example.org": ["v=DMARC1; rua=mailto:a@example.org"] },
    result: "fail",
    detail: /no policy/,
    fix: /^Add p=none/,
  },
  {
    id: "dns.dmarc",
    of: "a record of the parent domain",
    zone: { "TXT _dmarc.example.org": ["v=DMARC1; p=reject"] },
    sender: { from: "papers@daily.example.org" },
    result: "ok",
    detail: /^_dmarc\.example\.org: /,
    fix: null,
  },
  {
    id: "dns.bounces",
    of: "no mail server",
    zone: {},
    result: "fail",
    detail: /^example\.org accepts no mail/,
    fix: /^Add an MX record to example\.org/,
  },
  {
    id: "dns.bounces",
    of: "a mail server without an address",
    zone: { "MX example.org": ["10 gone.example.org"] },
    result: "fail",
    detail: /no address: gone\.example\.org$/,
    fix: /^Fix the MX record/,
  },
  {
    id: "dns.bounces",
    of: "a mail server",
    zone: { "MX b.example.org": [`10 ${HOST}`], [`A ${HOST}`]: ["192.0.2.7"] },
    sender: { bounceDomain: "b.example.org" },
    result: "ok",
    detail: /^b\.example\.org: mail\.example\.org$/,
    fix: null,
  },
  {
    id: "dns.ptr",
    of: "no reverse name",
    zone: { [`A ${HOST}`]: ["192.0.2.7"] },
    result: "fail",
    detail: /^192\.0\.2\.7 has no matching reverse name/,
    fix: /reverse name of the address to mail\.example\.org/,
  },
  {
    id: "dns.ptr",
    of: "a reverse name with another address",
    zone: {
      [`A ${HOST}`]: ["192.0.2.7"],
      "PTR 7.2.0.192.in-addr.arpa": ["pool.example.net"],
      "A pool.example.net": ["192.0.2.8"],
    },
    result: "fail",
    detail: /no matching reverse name/,
    fix: /reverse name/,
  },
  {
    id: "dns.ptr",
    of: "a matching reverse name",
    zone: { [`A ${HOST}`]: ["192.0.2.7"], "PTR 7.2.0.192.in-addr.arpa": [HOST] },
    result: "ok",
    detail: /reverse name matches$/,
    fix: null,
  },
  {
    id: "dns.ptr",
    of: "a provider's server",
    zone: {},
    sender: smtpAt("smtp.gmail.com"),
    result: "skipped",
    detail: /^Gmail maintains/,
    fix: null,
  },
  { id: "dns.mta-sts", of: "a domain without a policy", zone: {}, result: "skipped", detail: /optional$/, fix: null },
  {
    id: "dns.mta-sts",
    of: "a policy that cannot be read",
    zone: { "TXT _mta-sts.example.org": ["v=STSv1; id=1"] },
    result: "fail",
    detail: /cannot be read/,
    fix: /mta-sts\.example\.org\/\.well-known\/mta-sts\.txt/,
  },
];
