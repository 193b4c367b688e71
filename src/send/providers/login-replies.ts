import type { LoginProblem, LoginReply } from "./provider.js";

export const NEEDS_APP_PASSWORD: LoginProblem = {
  means: "This provider refused the user or password; it accepts only app passwords.",
  step: "Create an app password in the account's security settings, and set it as the SMTP password.",
};

export const GOOGLE: readonly LoginReply[] = [
  {
    words: /5\.7\.9\b|application-specific password|app password/i,
    means: "The account has two-step verification, so the server does not accept its password.",
    step: "Create an app password in the account's security settings (Google: myaccount.google.com/apppasswords), and set it as the SMTP password.",
  },
  {
    words: /5\.7\.14\b|web ?login ?required/i,
    means: "Google requires the owner of the account to sign in with a browser first.",
    step: "Sign in with a browser and confirm it, then create an app password and set it as the SMTP password.",
  },
  {
    words: /BadCredentials|support\.google\.com/i,
    means: "Google refused the user or password; it does not accept the password of the account over SMTP.",
    step: "Turn on two-step verification, create an app password at myaccount.google.com/apppasswords, and set it as the SMTP password.",
  },
];

export const MICROSOFT: readonly LoginReply[] = [
  {
    words: /5\.7\.139.*(?:disabled for the tenant|smtpclientauthentication)/i,
    means: "Microsoft 365 has disabled password logins over SMTP for the whole organisation.",
    step: "Ask an administrator to allow them: Exchange admin center, Settings, Mail flow, clear “Turn off SMTP AUTH protocol for your organization”.",
  },
  {
    words: /5\.7\.139.*(?:basic authentication is disabled|security defaults|criteria|locked)/i,
    means: "Microsoft 365 has disabled password logins (basic authentication) for this mailbox.",
    step: "Ask an administrator to allow them: Microsoft 365 admin center, the user, Mail, Manage email apps, tick “Authenticated SMTP”. Mailboxes at outlook.com no longer accept passwords: use another provider.",
  },
  {
    words: /5\.7\.(?:139|3)\b/,
    means:
      "Microsoft 365 refused the login: SMTP logins are disabled for this mailbox, or the user or password is wrong.",
    step: "Tick “Authenticated SMTP” for the mailbox (admin center, the user, Mail, Manage email apps), then check user and password.",
  },
];

export const YAHOO: readonly LoginReply[] = [
  {
    words: /AUTH005|too many bad auth/i,
    means: "Yahoo refuses logins for some hours after too many failed ones.",
    step: "Pause the schedule, create an app password in the account's security settings, set it, and try again tomorrow.",
  },
  {
    words: /MBR1212|#AUTH\d+/i,
    means: "Yahoo refused the user or password; it does not accept the password of the account over SMTP.",
    step: "Create an app password (Account security, “Generate app password”), and set it as the SMTP password.",
  },
];

export const QQ: readonly LoginReply[] = [
  {
    words: /authorization code|service\.mail\.qq\.com/i,
    means: "QQ Mail accepts an authorization code instead of the account's password.",
    step: "Enable SMTP in QQ Mail's settings (Account), create an authorization code there, and set it as the SMTP password.",
  },
];
