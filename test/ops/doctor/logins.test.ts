import { expect, it } from "vitest";
import { loginProblem, providerOf } from "../../../src/send/providers/table.js";
import { startRawSmtp } from "../../support/smtp.js";
import { runCheck, FROM, closeAfterTest } from "./setup.js";

/** Replies that identify a provider, and what the operator reads. */
const REPLIES = [
  {
    of: "Microsoft 365, for the whole organisation",
    reply: "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
    detail: "Microsoft 365 has disabled password logins over SMTP for the whole organisation. (535)",
    fix: /Exchange admin center, Settings, Mail flow/,
  },
  {
    of: "Microsoft, for passwords as such",
    reply: "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
    detail: "Microsoft 365 has disabled password logins (basic authentication) for this mailbox. (535)",
    fix: /tick “Authenticated SMTP”/,
  },
  {
    of: "Google, which wants an app password",
    reply: "534-5.7.9 Application-specific password required.\r\n534 5.7.9 See https://support.google.com/",
    detail: "The account has two-step verification, so the server does not accept its password. (534)",
    fix: /^Create an app password .*myaccount\.google\.com\/apppasswords/,
  },
  {
    of: "Google, for a wrong password",
    reply: "535-5.7.8 Username and Password not accepted.\r\n535 5.7.8 https://support.google.com/?p=BadCredentials",
    detail: "Google refused the user or password; it does not accept the password of the account over SMTP. (535)",
    fix: /^Turn on two-step verification, create an app password/,
  },
  {
    of: "QQ Mail",
    reply: "535 Login Fail. Please enter your authorization code to login.",
    detail: "QQ Mail accepts an authorization code instead of the account's password. (535)",
    fix: /create an authorization code there/,
  },
  {
    of: "Yahoo",
    reply: "535 5.7.0 (#MBR1212) Incorrect username or password.",
    detail: "Yahoo refused the user or password; it does not accept the password of the account over SMTP. (535)",
    fix: /^Create an app password/,
  },
  {
    of: "an unknown server",
    reply: "535 5.7.8 Error: authentication failed",
    detail: "The user or password is wrong. (535)",
    fix: /^Check both, and percent-encode special characters/,
  },
  {
    of: "a server that cannot check now",
    reply: "454 4.7.0 Temporary authentication failure for me@example.org",
    detail: "454 4.7.0 Temporary authentication failure for ***@example.org (454)",
    fix: /\S/,
  },
];

it.each(REPLIES)("explains the refusal of $of in one sentence and one step", async ({ reply, detail, fix }) => {
  const server = closeAfterTest(await startRawSmtp({ EHLO: "250-scripted\r\n250 AUTH PLAIN LOGIN", AUTH: reply }));
  const environment = { PAPERBOY_SMTP_URL: `smtp://me:hush@127.0.0.1:${server.port}`, PAPERBOY_FROM: FROM };
  const found = await runCheck("smtp.login", { environment });
  expect(found).toMatchObject({ result: "fail", detail });
  expect(found.fix).toMatch(fix);
  expect(JSON.stringify(found)).not.toContain("hush");
  expect(server.commands.filter((command) => /^(?:MAIL|RCPT|DATA)/i.test(command))).toEqual([]);
});

it.each([
  ["smtp.163.com", "authorization code"],
  ["smtp.mail.yahoo.com", "app password"],
  ["smtp.mail.me.com", "app password"],
  ["email-smtp.eu-west-1.amazonaws.com", "SES console"],
  ["smtp.sendgrid.net", "`apikey`"],
  ["mail.example.org", "percent-encode"],
])("explains a bare 535 of %s by its provider", (host, step) => {
  expect(loginProblem("535 Error: authentication failed", providerOf(host))?.step).toContain(step);
});

it("does not explain replies that do not refuse a login", () => {
  expect(loginProblem("454 4.7.0 Temporary authentication failure", providerOf("smtp.163.com"))).toBeNull();
});
