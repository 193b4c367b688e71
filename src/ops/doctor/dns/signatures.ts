import { domainOf } from "../../../send/message/address.js";
import { dkimRecord } from "../../../send/message/dkim.js";
import type { DkimKey } from "../../../send/message/dkim.js";
import { fail, ok, skipped, warn } from "../check.js";
import type { Finding } from "../check.js";
import type { DnsResolver } from "./resolver.js";
import type { Sender } from "./sender.js";

/** Compares each configured key with its public key in the DNS. */
export async function checkDkim({ dns, dkim, provider, from }: Sender): Promise<Finding> {
  const [first] = dkim;
  if (first === undefined) {
    if (provider.signs) return skipped(`${provider.name} signs letters, once the domain is set up there`);
    return warn(
      "no key is configured, so letters are unsigned unless the server signs them",
      "Create a key, set `dkim` in paperboy.yaml, and publish its record in the DNS.",
    );
  }
  if (!isAligned(domainOf(from), first.domain)) {
    return fail(
      `letters from ${domainOf(from)} are signed by ${first.domain}, so the signature does not count for DMARC`,
      "Set `dkim.domain` to the domain of `from`, and publish a key there.",
    );
  }
  const wrong: Finding[] = [];
  for (const key of dkim) {
    const finding = await checkKey(key, dns);
    if (finding.result === "fail") wrong.push(finding);
  }
  return wrong[0] ?? ok(dkim.map(nameOf).join(", "));
}

/**
 * Whether one domain equals the other or is its subdomain. This approximates relaxed alignment (RFC 7489 section 3.1.1), since it
 * uses no list of public suffixes.
 */
function isAligned(from: string, signing: string): boolean {
  const [a, b] = [from.toLowerCase(), signing.toLowerCase()];
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

function nameOf({ selector, domain }: DkimKey): string {
  return `${selector}._domainkey.${domain}`;
}

async function checkKey(key: DkimKey, dns: DnsResolver): Promise<Finding> {
  const name = nameOf(key);
  const [record] = await dns.txt(name);
  const wanted = dkimRecord(key);
  const publish = `Publish this TXT record at ${name}: ${wanted}`;
  if (record === undefined) return fail(`there is no DKIM record at ${name}`, publish);
  const published = tagsOf(record).get("p")?.replaceAll(/\s+/g, "") ?? "";
  // RFC 6376 section 3.6.1: an empty p= means that the key was revoked.
  if (published === "") return fail(`the DKIM record at ${name} has no key, or it was revoked`, publish);
  if (published !== tagsOf(wanted).get("p")) return fail(`the DKIM key at ${name} is not the configured one`, publish);
  return ok(name);
}

/** Parses `a=b; c=d` (RFC 6376 section 3.2). */
function tagsOf(record: string): ReadonlyMap<string, string> {
  const pairs = record.split(";").map((part) => {
    const [tag = "", ...value] = part.split("=");
    return [tag.trim().toLowerCase(), value.join("=").trim()] as const;
  });
  return new Map(pairs);
}

/** Checks the record of the sender's domain, or of the nearest parent domain that has one (RFC 7489 section 6.6.3). */
export async function checkDmarc({ dns, from }: Sender): Promise<Finding> {
  const domain = domainOf(from);
  for (const owner of withParents(domain)) {
    const records = (await dns.txt(`_dmarc.${owner}`)).filter((text) => /^v=DMARC1\b/i.test(text));
    const [record] = records;
    if (record === undefined) continue;
    if (records.length > 1) return fail(`_dmarc.${owner} has ${records.length} DMARC records`, "Remove all but one.");
    if (!/^(?:none|quarantine|reject)$/i.test(tagsOf(record).get("p") ?? "")) {
      return fail(`the DMARC record at _dmarc.${owner} has no policy (p=)`, "Add p=none, p=quarantine or p=reject.");
    }
    return ok(`_dmarc.${owner}: ${record.slice(0, 120)}`);
  }
  return warn(
    `${domain} has no DMARC record`,
    `Add a TXT record at _dmarc.${domain}: "v=DMARC1; p=none", and a stricter policy once SPF and DKIM pass.`,
  );
}

function withParents(domain: string): string[] {
  const labels = domain.split(".");
  const count = Math.max(1, labels.length - 1);
  return Array.from({ length: count }, (_, start) => labels.slice(start).join("."));
}
