/** What a mail provider does to messages that are handed to it over SMTP. */
export interface Provider {
  readonly name: string;
  /** Its SMTP hosts. */
  readonly hosts: RegExp;
  /** Whether it signs for the sender's domain by itself, once the domain was set up there. */
  readonly signs: boolean;
  /** Headers that it replaces, in lower case: no signature of ours may cover them. */
  readonly rewrites: readonly string[];
  /** Whether it keeps the envelope's sender, on which VERP stands. */
  readonly keepsReturnPath: boolean;
  /** `documented`: its own documentation says so; `reported`: users do. */
  readonly known: "documented" | "reported";
  readonly note: string;
}

/** The providers whose doings are known, in the order in which they are looked up. */
export const PROVIDERS: readonly Provider[] = [
  {
    name: "Amazon SES",
    hosts: /^email-smtp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com$/,
    signs: true,
    // docs.aws.amazon.com/ses/latest/dg/header-fields.html, "Considerations".
    rewrites: ["date", "message-id"],
    keepsReturnPath: false,
    known: "documented",
    note: "Message-ID and Date are SES's own, so a second copy cannot be known by its Message-ID; bounces come by notification.",
  },
  {
    name: "Postmark",
    hosts: /^smtp(?:-broadcasts)?\.postmarkapp\.com$/,
    signs: true,
    rewrites: ["message-id"],
    keepsReturnPath: false,
    known: "reported",
    note: "Message-ID is replaced unless the header X-PM-KeepID is true; bulk mail goes through the broadcast stream's host.",
  },
  {
    name: "Gmail",
    hosts: /^smtp(?:-relay)?\.gmail\.com$/,
    signs: true,
    rewrites: [],
    keepsReturnPath: false,
    known: "reported",
    note: "From must be the account or one of its aliases, else it is replaced; a few hundred messages a day at most.",
  },
  {
    name: "Microsoft 365",
    hosts: /^smtp(?:-mail)?\.(?:office365|outlook)\.com$/,
    signs: true,
    rewrites: [],
    keepsReturnPath: false,
    known: "reported",
    note: "From must be the mailbox or one it may send as; 30 messages a minute.",
  },
];

const OWN: Provider = {
  name: "a mail server",
  hosts: /^/,
  signs: false,
  rewrites: [],
  keepsReturnPath: true,
  known: "reported",
  note: "Nothing is known to be changed: sign with `dkim`, or let the server sign.",
};

/** The provider behind an SMTP host; a server of which nothing is known counts as the operator's own. */
export function providerOf(host: string): Provider {
  return PROVIDERS.find(({ hosts }) => hosts.test(host.toLowerCase())) ?? OWN;
}
