/** How to reach a mail provider over SMTP, and what its users stumble over. */
export interface Preset {
  readonly title: string;
  readonly host: string;
  readonly port: number;
  /** The login: the address itself, a fixed word, or a name of its own that the provider gives. */
  readonly user: "address" | "own" | { readonly fixed: string };
  /** What the password is, in one sentence. */
  readonly password: string;
}

const appPassword = (place: string) => `an app password, made at ${place}; the usual password is refused`;
const API_KEY = "an API key or SMTP token from the provider's dashboard";

/** Port 465 begins with TLS, 587 goes over to it (RFC 8314); no preset ever sends a password in the clear. */
export const PRESETS = {
  gmail: {
    title: "Gmail",
    host: "smtp.gmail.com",
    port: 465,
    user: "address",
    password: appPassword("myaccount.google.com/apppasswords"),
  },
  outlook: {
    title: "Outlook.com, Microsoft 365",
    host: "smtp.office365.com",
    port: 587,
    user: "address",
    password: "works only where an administrator allows SMTP AUTH for the mailbox; elsewhere choose another provider",
  },
  yahoo: {
    title: "Yahoo",
    host: "smtp.mail.yahoo.com",
    port: 465,
    user: "address",
    password: appPassword("login.yahoo.com/account/security"),
  },
  qq: {
    title: "QQ Mail",
    host: "smtp.qq.com",
    port: 465,
    user: "address",
    password: "the authorisation code that QQ gives when SMTP is switched on, not the account's password",
  },
  "163": {
    title: "163 Mail",
    host: "smtp.163.com",
    port: 465,
    user: "address",
    password: "the authorisation code that 163 gives when SMTP is switched on, not the account's password",
  },
  fastmail: {
    title: "Fastmail",
    host: "smtp.fastmail.com",
    port: 465,
    user: "address",
    password: appPassword("app.fastmail.com/settings/security"),
  },
  icloud: {
    title: "iCloud",
    host: "smtp.mail.me.com",
    port: 587,
    user: "address",
    password: appPassword("account.apple.com"),
  },
  ses: {
    title: "Amazon SES (eu-west-1; another region: change the host)",
    host: "email-smtp.eu-west-1.amazonaws.com",
    port: 465,
    user: "own",
    password: "the SMTP credentials that SES makes, not the access keys of the account",
  },
  mailgun: { title: "Mailgun", host: "smtp.mailgun.org", port: 465, user: "own", password: API_KEY },
  postmark: {
    title: "Postmark (broadcast stream)",
    host: "smtp-broadcasts.postmarkapp.com",
    port: 587,
    user: "own",
    password: "the server's API token, which is the user name too",
  },
  resend: { title: "Resend", host: "smtp.resend.com", port: 465, user: { fixed: "resend" }, password: API_KEY },
  sendgrid: { title: "SendGrid", host: "smtp.sendgrid.net", port: 465, user: { fixed: "apikey" }, password: API_KEY },
  brevo: { title: "Brevo", host: "smtp-relay.brevo.com", port: 587, user: "own", password: API_KEY },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;

/** In the order in which they are offered. JavaScript puts keys that look like numbers first, and 163 is not what most look for. */
export const PRESET_NAMES = (Object.keys(PRESETS) as PresetName[]).toSorted(
  (one, other) => Number(/^\d/.test(one)) - Number(/^\d/.test(other)),
);

/** Where mail can go: a folder, a mail server on this machine, or a provider. */
export const MAIL_CHOICES = ["outbox", "local", ...PRESET_NAMES] as const;

export type MailChoice = (typeof MAIL_CHOICES)[number];

/** The provider of a choice; null for the two that need no login. */
export function presetOf(choice: MailChoice): Preset | null {
  return choice === "outbox" || choice === "local" ? null : PRESETS[choice];
}
