import { fail, ok, skipped } from "../check.js";
import type { Finding } from "../check.js";
import type { DnsResolver } from "./resolver.js";
import { returnDomain } from "./sender.js";
import type { Sender } from "./sender.js";

/** Checks that the return path's domain accepts mail (RFC 5321 section 5.1; RFC 7505: a null MX accepts none). */
export async function checkBounces(sender: Sender): Promise<Finding> {
  const domain = returnDomain(sender);
  const hosts = await sender.dns.mx(domain);
  if (hosts.length === 0 && (await sender.dns.addresses(domain)).length > 0) return ok(`${domain} accepts mail itself`);
  const named = hosts.filter((host) => host !== "" && host !== ".");
  if (named.length === 0) {
    return fail(
      `${domain} accepts no mail: it has no MX record`,
      `Add an MX record to ${domain} that names its mail server, or set \`delivery.bounceDomain\` to a domain that has one.`,
    );
  }
  const unresolved = await unresolvedOf(named, sender.dns);
  if (unresolved.length < named.length) return ok(`${domain}: ${named.slice(0, 3).join(", ")}`);
  return fail(
    `the mail servers of ${domain} have no address: ${unresolved.join(", ")}`,
    `Fix the MX record of ${domain}: it must name a host that exists.`,
  );
}

async function unresolvedOf(hosts: readonly string[], dns: DnsResolver): Promise<readonly string[]> {
  const found = await Promise.all(hosts.map((host) => dns.addresses(host)));
  return hosts.filter((_, index) => found[index]?.length === 0);
}

/** Checks that the announced policy is readable and names the domain's mail servers (RFC 8461 sections 3 and 4.1). */
export async function checkPolicy(sender: Sender): Promise<Finding> {
  const { dns, policyOf } = sender;
  const domain = returnDomain(sender);
  const announced = (await dns.txt(`_mta-sts.${domain}`)).some((text) => /^v=STSv1\s*;/i.test(text));
  if (!announced) return skipped(`${domain} does not use MTA-STS, which is optional`);
  const policy = await policyOf(domain).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (typeof policy !== "string") {
    return fail(
      `${domain} announces a policy that cannot be read (${policy.message})`,
      `Serve https://mta-sts.${domain}/.well-known/mta-sts.txt with a valid certificate, or remove the TXT record at _mta-sts.${domain}.`,
    );
  }
  const allowed = [...policy.matchAll(/^mx:[ \t]*(\S+)[ \t]*$/gim)].map(([, pattern = ""]) => pattern.toLowerCase());
  const unlisted = (await dns.mx(domain)).filter(
    (host) => !allowed.some((pattern) => matchesPattern(host.toLowerCase(), pattern)),
  );
  if (unlisted.length === 0) return ok(`${domain}: the policy names its mail servers`);
  return fail(
    `the policy of ${domain} does not name its mail server ${unlisted.join(", ")}`,
    `Add it to the policy as a line \`mx: ${unlisted[0] ?? ""}\`, and give the TXT record at _mta-sts.${domain} a new id.`,
  );
}

/** Whether a host matches a pattern, in which `*` is exactly one label (RFC 8461 section 4.1). */
function matchesPattern(host: string, pattern: string): boolean {
  if (!pattern.startsWith("*.")) return host === pattern;
  return host.slice(host.indexOf(".") + 1) === pattern.slice(2);
}
