import { messageOf } from "../../../core/errors.js";
import { isLoopback } from "../../../core/url.js";
import { fail, ok, skipped, warn } from "../check.js";
import type { Finding } from "../check.js";
import type { DnsResolver } from "./resolver.js";
import { returnDomain } from "./sender.js";
import type { Sender } from "./sender.js";

/** Checks that the return path's domain has exactly one SPF record. */
export async function checkSpf(sender: Sender): Promise<Finding> {
  const { dns, provider } = sender;
  const domain = returnDomain(sender);
  const records = (await dns.txt(domain)).filter((text) => /^v=spf1(?: |$)/i.test(text));
  const [record] = records;
  if (record === undefined) {
    const example = provider.signs
      ? `the include from the documentation of ${provider.name}`
      : '"v=spf1 a mx ~all", for example';
    const finding = provider.keepsReturnPath ? fail : warn;
    return finding(
      `${domain} has no SPF record`,
      `Add a TXT record to ${domain} that allows your mail server: ${example}.`,
    );
  }
  // RFC 7208 section 4.5: more than one record is an error.
  if (records.length > 1) return fail(`${domain} has ${records.length} SPF records`, "Merge them into one TXT record.");
  if (record.split(" ").some((term) => /^\+?all$/i.test(term))) {
    return warn(`the SPF record of ${domain} allows every server to send (+all)`, "End it with ~all or -all.");
  }
  return ok(`${domain}: ${record.slice(0, 120)}`);
}

/** Checks that each address of the operator's mail server has a reverse name that resolves to it (RFC 1912 section 2.1). */
export async function checkReverse({ dns, smtp, provider }: Sender): Promise<Finding> {
  if (!provider.keepsReturnPath) return skipped(`${provider.name} maintains its own servers`);
  if (isLoopback(smtp.host)) return skipped("the public address of this machine is not known");
  const addresses = await dns.addresses(smtp.host);
  const unmatched: string[] = [];
  for (const address of addresses) {
    const reversed = await dns.reverse(address);
    const back = await Promise.all(reversed.map((name) => dns.addresses(name)));
    if (!back.flat().includes(address)) unmatched.push(address);
  }
  if (addresses.length === 0) return skipped(`${smtp.host} has no address`);
  if (unmatched.length === 0) return ok(`${addresses.join(", ")}: the reverse name matches`);
  return fail(
    `${unmatched.join(", ")} has no matching reverse name (PTR)`,
    `Ask your hosting provider to set the reverse name of the address to ${smtp.host}. If letters leave through another machine, check that one.`,
  );
}

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
  const policy = await policyOf(domain).catch((error: unknown) => ({ why: messageOf(error) }));
  if (typeof policy !== "string") {
    return fail(
      `${domain} announces a policy that cannot be read (${policy.why})`,
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
