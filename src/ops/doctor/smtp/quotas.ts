/** How many messages a provider takes in a day. */
export interface Quota {
  readonly name: string;
  readonly hosts: RegExp;
  readonly perDay: number;
  /** What the figure holds for. */
  readonly of: string;
  /** Whether other plans allow more: then going over it is a warning. */
  readonly moreIsSold: boolean;
  /** `documented`: the provider's own help says so; `reported`: users and others do. */
  readonly known: "documented" | "reported";
}

const ACCOUNT = { of: "an account", moreIsSold: false } as const;
const FREE_PLAN = { of: "the free plan", moreIsSold: true } as const;

/** Daily limits, of the smallest plan where there are several: that is where they hurt. */
const QUOTAS: readonly Quota[] = [
  {
    name: "Gmail",
    hosts: /^smtp\.gmail\.com$/,
    perDay: 500,
    of: "a free account, 2,000 with Workspace",
    moreIsSold: true,
    known: "documented",
  },
  { name: "Google's relay", hosts: /^smtp-relay\.gmail\.com$/, perDay: 10_000, ...ACCOUNT, known: "documented" },
  { name: "Microsoft 365", hosts: /^smtp\.office365\.com$/, perDay: 10_000, ...ACCOUNT, known: "documented" },
  { name: "Outlook.com", hosts: /^smtp-mail\.outlook\.com$/, perDay: 300, ...ACCOUNT, known: "reported" },
  { name: "Yahoo", hosts: /^smtp\.mail\.yahoo\.com$/, perDay: 500, ...ACCOUNT, known: "reported" },
  // support.apple.com, "Mailbox size and message sending limits in iCloud".
  { name: "iCloud", hosts: /^smtp\.mail\.me\.com$/, perDay: 1_000, ...ACCOUNT, known: "documented" },
  { name: "Fastmail", hosts: /^smtp\.fastmail\.com$/, perDay: 8_000, ...ACCOUNT, known: "reported" },
  { name: "QQ Mail", hosts: /^smtp\.qq\.com$/, perDay: 500, ...ACCOUNT, known: "reported" },
  { name: "NetEase Mail", hosts: /^smtp\.(?:163|126)\.com$/, perDay: 200, ...ACCOUNT, known: "reported" },
  {
    // docs.aws.amazon.com/ses/latest/dg/quotas.html.
    name: "Amazon SES",
    hosts: /^email-smtp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com$/,
    perDay: 200,
    of: "an account in the sandbox",
    moreIsSold: true,
    known: "documented",
  },
  { name: "Mailgun", hosts: /^smtp(?:\.eu)?\.mailgun\.org$/, perDay: 100, ...FREE_PLAN, known: "reported" },
  { name: "Resend", hosts: /^smtp\.resend\.com$/, perDay: 100, ...FREE_PLAN, known: "reported" },
  { name: "SendGrid", hosts: /^smtp\.sendgrid\.net$/, perDay: 100, ...FREE_PLAN, known: "reported" },
  { name: "Brevo", hosts: /^smtp-relay\.(?:brevo|sendinblue)\.com$/, perDay: 300, ...FREE_PLAN, known: "reported" },
];

/** The daily limit at a host; null where none is known. */
export function quotaOf(host: string): Quota | null {
  return QUOTAS.find(({ hosts }) => hosts.test(host.toLowerCase())) ?? null;
}
