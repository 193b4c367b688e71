import { isLoopback } from "../../../core/url.js";
import { fail, ok, skipped, warn } from "../check.js";
import type { Finding } from "../check.js";
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
