import { domainOf } from "../../../send/message/address.js";
import type { DkimKey } from "../../../send/message/dkim.js";
import type { MailProvider } from "../../../send/providers/provider.js";
import type { SmtpSettings } from "../../../send/smtp/settings.js";
import type { Names } from "./resolver.js";

/** What the DNS checks of the sender need. */
export interface Sender {
  readonly names: Names;
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

/** Returns the domain whose SPF record counts: that of the return path (RFC 7208 section 2.4). */
export function returnDomain({ bounceDomain, from }: Pick<Sender, "bounceDomain" | "from">): string {
  return bounceDomain ?? domainOf(from);
}
