import { domainOf } from "../../../send/message/address.js";
import { dkimRecord } from "../../../send/message/dkim.js";
import type { DkimKey } from "../../../send/message/dkim.js";
import { fail, ok, skipped, warn } from "../check.js";
import type { Finding } from "../check.js";
import type { Names } from "./resolver.js";
import type { Sender } from "./sender.js";

/** Each configured key against its public half in the DNS. */
export async function checkDkim({ names, dkim, provider, from }: Sender): Promise<Finding> {
  const [first] = dkim;
  if (first === undefined) {
    if (provider.signs) return skipped(`${provider.name} signs, once the domain is set up there`);
    return warn(
      "no key is configured, so letters go out unsigned unless the server signs them",
      "Make a key, set `dkim` in paperboy.yaml, and put its record into the DNS.",
    );
  }
  if (!isAligned(domainOf(from), first.domain)) {
    return fail(
      `letters are signed by ${first.domain} and come from ${domainOf(from)}: such a signature does not count for DMARC`,
      "Set `dkim.domain` to the domain of `from`, with a key in its DNS.",
    );
  }
  const wrong: Finding[] = [];
  for (const key of dkim) {
    const finding = await checkKey(key, names);
    if (finding.result === "fail") wrong.push(finding);
  }
  return wrong[0] ?? ok(dkim.map(nameOf).join(", "));
}

/** RFC 7489 section 3.1.1, relaxed, without a list of public suffixes: one is the other or lies below it. */
function isAligned(from: string, signing: string): boolean {
  const [a, b] = [from.toLowerCase(), signing.toLowerCase()];
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

function nameOf({ selector, domain }: DkimKey): string {
  return `${selector}._domainkey.${domain}`;
}

async function checkKey(key: DkimKey, names: Names): Promise<Finding> {
  const name = nameOf(key);
  const [record] = await names.txt(name);
  const wanted = dkimRecord(key);
  const publish = `Put this TXT record at ${name}: ${wanted}`;
  if (record === undefined) return fail(`there is no DKIM record at ${name}`, publish);
  const published = tagsOf(record).get("p")?.replaceAll(/\s+/g, "") ?? "";
  // RFC 6376 section 3.6.1: an empty p= says that the key was withdrawn.
  if (published === "") return fail(`the DKIM record at ${name} holds no key, or was withdrawn`, publish);
  if (published !== tagsOf(wanted).get("p"))
    return fail(`the DKIM key at ${name} is not the one that signs here`, publish);
  return ok(name);
}

/** `a=b; c=d` (RFC 6376 section 3.2). */
function tagsOf(record: string): ReadonlyMap<string, string> {
  const pairs = record.split(";").map((part) => {
    const [tag = "", ...value] = part.split("=");
    return [tag.trim().toLowerCase(), value.join("=").trim()] as const;
  });
  return new Map(pairs);
}

/** The sender's own record, else that of the domains above it, up to the second level (RFC 7489 section 6.6.3). */
export async function checkDmarc({ names, from }: Sender): Promise<Finding> {
  const domain = domainOf(from);
  for (const owner of selfAndAbove(domain)) {
    const records = (await names.txt(`_dmarc.${owner}`)).filter((text) => /^v=DMARC1\b/i.test(text));
    const [record] = records;
    if (record === undefined) continue;
    if (records.length > 1) return fail(`_dmarc.${owner} has ${records.length} DMARC records`, "Keep one of them.");
    if (!/^(?:none|quarantine|reject)$/i.test(tagsOf(record).get("p") ?? "")) {
      return fail(
        `the DMARC record at _dmarc.${owner} has no policy (p=)`,
        "Write p=none, p=quarantine or p=reject in it.",
      );
    }
    return ok(`_dmarc.${owner}: ${record.slice(0, 120)}`);
  }
  return warn(
    `${domain} has no DMARC record`,
    `Add a TXT record at _dmarc.${domain}: "v=DMARC1; p=none", and a stricter policy once SPF and DKIM hold.`,
  );
}

function selfAndAbove(domain: string): string[] {
  const labels = domain.split(".");
  const most = Math.max(1, labels.length - 1);
  return Array.from({ length: most }, (_, start) => labels.slice(start).join("."));
}
