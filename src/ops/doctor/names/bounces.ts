import { fail, ok, skipped } from "../check.js";
import type { Finding } from "../check.js";
import type { Names } from "./resolver.js";
import { returnDomain } from "./sender.js";
import type { Sender } from "./sender.js";

/** Checks that the return path's domain accepts mail (RFC 5321 section 5.1; RFC 7505: a null MX accepts none). */
export async function checkBounces(sender: Sender): Promise<Finding> {
  const domain = returnDomain(sender);
  const hosts = await sender.names.mx(domain);
  if (hosts.length === 0 && (await sender.names.addresses(domain)).length > 0)
    return ok(`${domain} accepts mail itself`);
  const real = hosts.filter((host) => host !== "" && host !== ".");
  if (real.length === 0) {
    return fail(
      `${domain} accepts no mail: it has no MX record`,
      `Add an MX record to ${domain} that names its mail server, or set \`delivery.bounceDomain\` to a domain that has one.`,
    );
  }
  const dead = await withoutAddress(real, sender.names);
  if (dead.length < real.length) return ok(`${domain}: ${real.slice(0, 3).join(", ")}`);
  return fail(
    `the mail servers of ${domain} have no address: ${dead.join(", ")}`,
    `Fix the MX record of ${domain}: it must name a host that exists.`,
  );
}

async function withoutAddress(hosts: readonly string[], names: Names): Promise<readonly string[]> {
  const found = await Promise.all(hosts.map((host) => names.addresses(host)));
  return hosts.filter((_, index) => found[index]?.length === 0);
}

/** Checks that the announced policy can be read and names the domain's mail servers (RFC 8461 sections 3 and 4.1). */
export async function checkPolicy(sender: Sender): Promise<Finding> {
  const { names, policyOf } = sender;
  const domain = returnDomain(sender);
  const announced = (await names.txt(`_mta-sts.${domain}`)).some((text) => /^v=STSv1\s*;/i.test(text));
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
  const unlisted = (await names.mx(domain)).filter(
    (host) => !allowed.some((pattern) => matchesPattern(host.toLowerCase(), pattern)),
  );
  if (unlisted.length === 0) return ok(`${domain}: the policy names its mail servers`);
  return fail(
    `the policy of ${domain} does not name its mail server ${unlisted.join(", ")}`,
    `Add it to the policy as a line \`mx: ${unlisted[0] ?? ""}\`, and give the TXT record at _mta-sts.${domain} a new id.`,
  );
}

/** Matches a host with a pattern; `*` is exactly one label (RFC 8461 section 4.1). */
function matchesPattern(host: string, pattern: string): boolean {
  if (!pattern.startsWith("*.")) return host === pattern;
  return host.slice(host.indexOf(".") + 1) === pattern.slice(2);
}
