import { expect, it } from "vitest";
import { explainLogin } from "../../../src/ops/doctor/smtp/logins.js";
import { readFault } from "../../../src/send/smtp/errors.js";
import { startRawSmtp } from "../../support/smtp.js";
import { examined, FROM, kept } from "./rig.js";

/** Replies by which providers are known, and what the operator reads. */
const REPLIES = [
  {
    of: "Microsoft 365, for the whole organisation",
    reply: "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
    detail: "Microsoft 365 has password logins over SMTP switched off for the whole organisation. (535)",
    fix: /Exchange admin center, Settings, Mail flow/,
  },
  {
    of: "Microsoft, for passwords as such",
    reply: "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
    detail: "Microsoft has switched off password logins (basic authentication) for this mailbox. (535)",
    fix: /tick “Authenticated SMTP”/,
  },
  {
    of: "Google, which wants an app password",
    reply: "534-5.7.9 Application-specific password required.\r\n534 5.7.9 See https://support.google.com/",
    detail: "The account has two-step verification, so its own password is not taken here. (534)",
    fix: /^Make an app password .*myaccount\.google\.com\/apppasswords/,
  },
  {
    of: "Google, for a wrong password",
    reply: "535-5.7.8 Username and Password not accepted.\r\n535 5.7.8 https://support.google.com/?p=BadCredentials",
    detail: "Google refused user or password; the account's own password is never taken here. (535)",
    fix: /^Turn on two-step verification, make an app password/,
  },
  {
    of: "QQ Mail",
    reply: "535 Login Fail. Please enter your authorization code to login.",
    detail: "QQ Mail takes an authorization code instead of the account's password. (535)",
    fix: /make an authorization code there/,
  },
  {
    of: "Yahoo",
    reply: "535 5.7.0 (#MBR1212) Incorrect username or password.",
    detail: "Yahoo refused user or password; the account's own password is not taken here. (535)",
    fix: /^Make an app password/,
  },
  {
    of: "a server of one's own",
    reply: "535 5.7.8 Error: authentication failed",
    detail: "User or password are wrong. (535)",
    fix: /^Check both, and percent-encode special signs/,
  },
  {
    of: "a server that cannot check now",
    reply: "454 4.7.0 Temporary authentication failure for me@example.org",
    detail: "454 4.7.0 Temporary authentication failure for ***@example.org (454)",
    fix: /\S/,
  },
];

it.each(REPLIES)("answers the refusal of $of in a sentence and a step", async ({ reply, detail, fix }) => {
  const server = kept(await startRawSmtp({ EHLO: "250-scripted\r\n250 AUTH PLAIN LOGIN", AUTH: reply }));
  const environment = { PAPERBOY_SMTP_URL: `smtp://me:hush@127.0.0.1:${server.port}`, PAPERBOY_FROM: FROM };
  const found = await examined("smtp.login", { environment });
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
])("knows by the host %s what a bare refusal means", (host, step) => {
  const refusal = Object.assign(new Error("refused"), {
    response: "535 Error: authentication failed",
    responseCode: 535,
  });
  expect(explainLogin(readFault(refusal), host).step).toContain(step);
});
