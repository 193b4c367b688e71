import { hintFor, withoutAddresses } from "../../../send/smtp/errors.js";
import type { SmtpFault } from "../../../send/smtp/errors.js";

/** What a refused login means, and the one step that fixes it. */
interface Refusal {
  /** The server's words. */
  readonly words: RegExp;
  /** Only at these hosts. */
  readonly hosts?: RegExp;
  readonly means: string;
  readonly step: string;
}

const REFUSED = /^(?:534|535)\b/;

/**
 * Refused logins that are well known; the first row whose every condition holds is taken. Sources: the providers' help
 * pages, and what users report of their servers' words.
 */
const REFUSALS: readonly Refusal[] = [
  {
    words: /5\.7\.139.*(?:disabled for the tenant|smtpclientauthentication)/i,
    means: "Microsoft 365 has password logins over SMTP switched off for the whole organisation.",
    step: "Let an administrator allow it: Exchange admin center, Settings, Mail flow, clear “Turn off SMTP AUTH protocol for your organization”.",
  },
  {
    words: /5\.7\.139.*(?:basic authentication is disabled|security defaults|criteria|locked)/i,
    means: "Microsoft has switched off password logins (basic authentication) for this mailbox.",
    step: "Let an administrator allow it: Microsoft 365 admin center, the user, Mail, Manage email apps, tick “Authenticated SMTP”; an outlook.com mailbox takes none any more: use another provider.",
  },
  {
    words: /5\.7\.(?:139|3)\b/,
    means: "Microsoft 365 refused the login: SMTP logins are off for this mailbox, or user and password are wrong.",
    step: "Tick “Authenticated SMTP” for the mailbox (admin center, the user, Mail, Manage email apps), then check user and password.",
  },
  {
    words: /5\.7\.9\b|application-specific password|app password/i,
    means: "The account has two-step verification, so its own password is not taken here.",
    step: "Make an app password in the account's security settings (Google: myaccount.google.com/apppasswords), and set it as the SMTP password.",
  },
  {
    words: /5\.7\.14\b|web ?login ?required/i,
    means: "Google wants to see the account's owner in a browser first.",
    step: "Log in once in a browser and confirm the sign-in, then make an app password and set it.",
  },
  {
    words: /BadCredentials|support\.google\.com/i,
    means: "Google refused user or password; the account's own password is never taken here.",
    step: "Turn on two-step verification, make an app password at myaccount.google.com/apppasswords, and set it as the SMTP password.",
  },
  {
    words: /authorization code|service\.mail\.qq\.com/i,
    means: "QQ Mail takes an authorization code instead of the account's password.",
    step: "Switch on SMTP in QQ Mail's settings (Account), make an authorization code there, and set it as the SMTP password.",
  },
  {
    words: REFUSED,
    hosts: /(?:^|\.)(?:163|126|yeah)\.(?:com|net)$/,
    means: "NetEase Mail takes an authorization code instead of the account's password.",
    step: "Switch on SMTP in the mailbox's settings (POP3/SMTP/IMAP), make an authorization code there, and set it as the SMTP password.",
  },
  {
    words: /AUTH005|too many bad auth/i,
    means: "Yahoo has had too many wrong logins and takes none for some hours.",
    step: "Pause the schedule, make an app password in the account's security settings, set it, and try again tomorrow.",
  },
  {
    words: /MBR1212|#AUTH\d+/i,
    means: "Yahoo refused user or password; the account's own password is not taken here.",
    step: "Make an app password (Account security, “Generate app password”), and set it as the SMTP password.",
  },
  {
    words: REFUSED,
    hosts: /(?:^|\.)(?:yahoo|aol|me|icloud|fastmail)\.com$/,
    means: "This provider refused user or password; it takes app passwords alone.",
    step: "Make an app password in the account's security settings, and set it as the SMTP password.",
  },
  {
    words: REFUSED,
    hosts: /\.amazonaws\.com$/,
    means: "Amazon SES refused user or password; access keys are not SMTP credentials.",
    step: "Make SMTP credentials in the SES console of this very region, and set both.",
  },
  {
    words: REFUSED,
    hosts: /(?:^|\.)sendgrid\.net$/,
    means: "SendGrid refused the login.",
    step: "Set the user to the word `apikey`, and the password to an API key that may send mail.",
  },
  {
    words: REFUSED,
    means: "User or password are wrong.",
    step: "Check both, and percent-encode special signs in an SMTP URL; many providers take an app password alone.",
  },
];

/** What a refused login means and the one step that fixes it, as one sentence each. */
export function explainLogin(fault: SmtpFault, host: string): { readonly means: string; readonly step: string } {
  const row = REFUSALS.find(
    ({ words, hosts }) => words.test(fault.words) && (hosts === undefined || hosts.test(host.toLowerCase())),
  );
  return row ?? { means: withoutAddresses(fault.words), step: hintFor(fault) };
}
