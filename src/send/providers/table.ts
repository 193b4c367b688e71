import { GOOGLE, MICROSOFT, NEEDS_APP_PASSWORD, QQ, YAHOO } from "./login-replies.js";
import type { LoginProblem, MailProvider } from "./provider.js";

const appPassword = (place: string) => `an app password, created at ${place}; the account's own password is refused`;
const API_KEY = "an API key or SMTP token from the provider's dashboard";
const AUTHORIZATION_CODE = "the authorization code that you get when you enable SMTP, not the account's password";

const ACCOUNT = { of: "an account", hasLargerPlans: false } as const;
const FREE_PLAN = { of: "the free plan", hasLargerPlans: true } as const;

/** The usual provider signs mail, accepts only senders of the account or of a verified domain, and sets its own return path. */
const USUAL = { signs: true, rewrites: [], keepsReturnPath: false } as const;

/** Every known provider, in the order in which `paperboy init` offers it. */
export const PROVIDERS = [
  {
    ...USUAL,
    name: "Gmail",
    hosts: /^smtp\.gmail\.com$/,
    setup: {
      preset: "gmail",
      host: "smtp.gmail.com",
      port: 465,
      user: "address",
      password: appPassword("myaccount.google.com/apppasswords"),
    },
    limit: { perDay: 500, of: "a free account, 2,000 with Workspace", hasLargerPlans: true, source: "documented" },
    note: "From must be the account or one of its aliases, else Gmail replaces it.",
    loginReplies: GOOGLE,
  },
  {
    ...USUAL,
    name: "Google's relay",
    hosts: /^smtp-relay\.gmail\.com$/,
    limit: { perDay: 10_000, ...ACCOUNT, source: "documented" },
    note: "From must be an address of the organisation.",
  },
  {
    ...USUAL,
    name: "Microsoft 365",
    hosts: /^smtp\.office365\.com$/,
    setup: {
      preset: "outlook",
      title: "Outlook.com, Microsoft 365",
      host: "smtp.office365.com",
      port: 587,
      user: "address",
      password: "works only where an administrator allows SMTP AUTH for the mailbox; elsewhere choose another provider",
    },
    limit: { perDay: 10_000, ...ACCOUNT, source: "documented" },
    note: "From must be the mailbox or one that it may send as; 30 messages a minute.",
    loginReplies: MICROSOFT,
  },
  {
    ...USUAL,
    name: "Outlook.com",
    hosts: /^smtp-mail\.outlook\.com$/,
    limit: { perDay: 300, ...ACCOUNT, source: "reported" },
    note: "From must be the mailbox or one of its aliases; 30 messages a minute.",
  },
  {
    ...USUAL,
    name: "Yahoo",
    hosts: /^smtp(?:\.mail)?\.(?:yahoo|aol)\.com$/,
    setup: {
      preset: "yahoo",
      host: "smtp.mail.yahoo.com",
      port: 465,
      user: "address",
      password: appPassword("login.yahoo.com/account/security"),
    },
    limit: { perDay: 500, ...ACCOUNT, source: "reported" },
    note: "From must be the account's address.",
    loginReplies: YAHOO,
    refusedLogin: NEEDS_APP_PASSWORD,
  },
  {
    ...USUAL,
    name: "QQ Mail",
    hosts: /^smtp\.qq\.com$/,
    setup: { preset: "qq", host: "smtp.qq.com", port: 465, user: "address", password: AUTHORIZATION_CODE },
    limit: { perDay: 500, ...ACCOUNT, source: "reported" },
    note: "From must be the account's address.",
    loginReplies: QQ,
  },
  {
    ...USUAL,
    name: "Fastmail",
    hosts: /^smtp\.fastmail\.com$/,
    setup: {
      preset: "fastmail",
      host: "smtp.fastmail.com",
      port: 465,
      user: "address",
      password: appPassword("app.fastmail.com/settings/security"),
    },
    limit: { perDay: 8_000, ...ACCOUNT, source: "reported" },
    note: "From must be an address of the account.",
    refusedLogin: NEEDS_APP_PASSWORD,
  },
  {
    ...USUAL,
    name: "iCloud",
    hosts: /^smtp\.mail\.me\.com$/,
    setup: {
      preset: "icloud",
      host: "smtp.mail.me.com",
      port: 587,
      user: "address",
      password: appPassword("account.apple.com"),
    },
    // support.apple.com, "Mailbox size and message sending limits in iCloud".
    limit: { perDay: 1_000, ...ACCOUNT, source: "documented" },
    note: "From must be an address of the account.",
    refusedLogin: NEEDS_APP_PASSWORD,
  },
  {
    ...USUAL,
    name: "Amazon SES",
    hosts: /^email-smtp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com$/,
    setup: {
      preset: "ses",
      title: "Amazon SES (eu-west-1; for another region change the host)",
      host: "email-smtp.eu-west-1.amazonaws.com",
      port: 465,
      user: "own",
      password: "the SMTP credentials that SES creates, not the access keys of the account",
    },
    // docs.aws.amazon.com/ses/latest/dg/quotas.html.
    limit: { perDay: 200, of: "an account in the sandbox", hasLargerPlans: true, source: "documented" },
    // docs.aws.amazon.com/ses/latest/dg/header-fields.html, "Considerations".
    rewrites: ["date", "message-id"],
    note: "SES sets its own Message-ID and Date, so a second copy does not share its Message-ID; bounces come as notifications.",
    refusedLogin: {
      means: "Amazon SES refused the user or password; access keys are not SMTP credentials.",
      step: "Create SMTP credentials in the SES console of the same region, and set both.",
    },
  },
  {
    ...USUAL,
    name: "Mailgun",
    hosts: /^smtp(?:\.eu)?\.mailgun\.org$/,
    setup: { preset: "mailgun", host: "smtp.mailgun.org", port: 465, user: "own", password: API_KEY },
    limit: { perDay: 100, ...FREE_PLAN, source: "reported" },
    note: "From must be of a verified domain; a domain in the EU region needs the host smtp.eu.mailgun.org.",
  },
  {
    ...USUAL,
    name: "Postmark",
    hosts: /^smtp(?:-broadcasts)?\.postmarkapp\.com$/,
    setup: {
      preset: "postmark",
      title: "Postmark (broadcast stream)",
      host: "smtp-broadcasts.postmarkapp.com",
      port: 587,
      user: "own",
      password: "the server's API token, which is also the user name",
    },
    // Reported by users.
    rewrites: ["message-id"],
    note: "Postmark replaces Message-ID unless the header X-PM-KeepID is true; bulk mail needs the host of the broadcast stream.",
  },
  {
    ...USUAL,
    name: "Resend",
    hosts: /^smtp\.resend\.com$/,
    setup: { preset: "resend", host: "smtp.resend.com", port: 465, user: { fixed: "resend" }, password: API_KEY },
    limit: { perDay: 100, ...FREE_PLAN, source: "reported" },
    note: "From must be of a verified domain.",
  },
  {
    ...USUAL,
    name: "SendGrid",
    hosts: /^smtp\.sendgrid\.net$/,
    setup: { preset: "sendgrid", host: "smtp.sendgrid.net", port: 465, user: { fixed: "apikey" }, password: API_KEY },
    limit: { perDay: 100, ...FREE_PLAN, source: "reported" },
    note: "From must be a verified sender or of a verified domain.",
    refusedLogin: {
      means: "SendGrid refused the login.",
      step: "Set the user to the word `apikey`, and the password to an API key that may send mail.",
    },
  },
  {
    ...USUAL,
    name: "Brevo",
    hosts: /^smtp-relay\.(?:brevo|sendinblue)\.com$/,
    setup: { preset: "brevo", host: "smtp-relay.brevo.com", port: 587, user: "own", password: API_KEY },
    limit: { perDay: 300, ...FREE_PLAN, source: "reported" },
    note: "From must be a verified sender or of a verified domain.",
  },
  {
    ...USUAL,
    name: "NetEase Mail",
    hosts: /^smtp\.(?:163\.com|126\.com|yeah\.net)$/,
    setup: {
      preset: "163",
      title: "163 Mail",
      host: "smtp.163.com",
      port: 465,
      user: "address",
      password: AUTHORIZATION_CODE,
    },
    limit: { perDay: 200, ...ACCOUNT, source: "reported" },
    note: "From must be the account's address.",
    refusedLogin: {
      means: "NetEase Mail accepts an authorization code instead of the account's password.",
      step: "Enable SMTP in the mailbox's settings (POP3/SMTP/IMAP), create an authorization code there, and set it as the SMTP password.",
    },
  },
] as const satisfies readonly MailProvider[];

const ALL: readonly MailProvider[] = PROVIDERS;

/** A server that is not in the table counts as the operator's own. */
const OWN_SERVER: MailProvider = {
  name: "a mail server",
  hosts: /^/,
  signs: false,
  rewrites: [],
  keepsReturnPath: true,
  note: "It is not known to change messages. Sign with `dkim`, or let the server sign.",
};

const WRONG_LOGIN: LoginProblem = {
  means: "The user or password is wrong.",
  step: "Check both, and percent-encode special characters in an SMTP URL; many providers accept only an app password.",
};

const LOGIN_REFUSED = /^(?:534|535)\b/;

/** Returns the provider of an SMTP host. */
export function providerOf(host: string): MailProvider {
  return ALL.find(({ hosts }) => hosts.test(host.toLowerCase())) ?? OWN_SERVER;
}

/**
 * Returns the meaning of a reply to a login. The words of some replies identify a provider at any host; otherwise the given
 * provider counts. Returns null if the reply does not refuse a login.
 */
export function loginProblem(reply: string, provider = OWN_SERVER): LoginProblem | null {
  const known = ALL.flatMap(({ loginReplies = [] }) => loginReplies).find(({ words }) => words.test(reply));
  return known ?? (LOGIN_REFUSED.test(reply) ? (provider.refusedLogin ?? WRONG_LOGIN) : null);
}
