import { isLoopback } from "../../../send/smtp/settings.js";
import { fail, ok, skipped, warn } from "../check.js";
import type { Finding } from "../check.js";
import { returnDomain } from "./sender.js";
import type { Sender } from "./sender.js";

/** Whether exactly one record says who may send for the return path's domain. */
export async function checkSpf(sender: Sender): Promise<Finding> {
  const { names, provider } = sender;
  const domain = returnDomain(sender);
  const records = (await names.txt(domain)).filter((text) => /^v=spf1(?: |$)/i.test(text));
  const [record] = records;
  if (record === undefined) {
    const example = provider.signs ? `the include that ${provider.name} names` : '"v=spf1 a mx ~all" or what fits';
    const finding = provider.keepsReturnPath ? fail : warn;
    return finding(
      `${domain} has no SPF record`,
      `Add a TXT record to ${domain} that allows your mail server: ${example}.`,
    );
  }
  // RFC 7208 section 4.5: more than one is an error, as if there were none.
  if (records.length > 1) return fail(`${domain} has ${records.length} SPF records`, "Join them into one TXT record.");
  if (record.split(" ").some((term) => /^\+?all$/i.test(term))) {
    return warn(`the SPF record of ${domain} lets everybody send (+all)`, "End it with ~all or -all.");
  }
  return ok(`${domain}: ${record.slice(0, 120)}`);
}

/** Whether each address of a mail server of ours has a name that leads back to it (RFC 1912 section 2.1). */
export async function checkReverse({ names, smtp, provider }: Sender): Promise<Finding> {
  if (!provider.keepsReturnPath) return skipped(`${provider.name} looks after its own servers`);
  if (isLoopback(smtp.host)) return skipped("the address that this machine mails from is not known here");
  const addresses = await names.addresses(smtp.host);
  const bare: string[] = [];
  for (const address of addresses) {
    const reversed = await names.reverse(address);
    const back = await Promise.all(reversed.map((name) => names.addresses(name)));
    if (!back.flat().includes(address)) bare.push(address);
  }
  if (addresses.length === 0) return skipped(`${smtp.host} has no address`);
  if (bare.length === 0) return ok(`${addresses.join(", ")}: the name leads back`);
  return fail(
    `${bare.join(", ")} has no name that leads back to it (PTR)`,
    `Ask whoever gave you the address to set its reverse name to ${smtp.host}; where letters leave through another machine, look at that one's.`,
  );
}
