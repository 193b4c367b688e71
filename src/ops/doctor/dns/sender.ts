import { domainOf } from "../../../send/message/address.js";
import type { DkimKey } from "../../../send/message/dkim.js";
import type { MailProvider } from "../../../send/providers/provider.js";
import type { SmtpSettings } from "../../../send/smtp/settings.js";
import type { DnsResolver } from "./resolver.js";

/** The subject of the DNS checks of the sender. */
export interface Sender {
  readonly dns: DnsResolver;
  /** The address in From. */
  readonly from: string;
  /** The configured domain of return paths. */
  readonly bounceDomain: string | null;
  readonly dkim: readonly DkimKey[];
  readonly smtp: SmtpSettings;
  readonly provider: MailProvider;
  /** Reads a domain's MTA-STS policy (RFC 8461 section 3.3). */
  readonly policyOf: (domain: string) => Promise<string>;
}

/** Returns the domain of the return path, whose SPF record receivers check (RFC 7208 section 2.4). */
export function returnDomain({ bounceDomain, from }: Pick<Sender, "bounceDomain" | "from">): string {
  return bounceDomain ?? domainOf(from);
}
