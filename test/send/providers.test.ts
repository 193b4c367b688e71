import { expect, it } from "vitest";
import { providerOf } from "../../src/send/providers/table.js";

it.each([
  ["email-smtp.eu-west-1.amazonaws.com", "Amazon SES", ["date", "message-id"]],
  ["EMAIL-SMTP.us-east-1.amazonaws.com", "Amazon SES", ["date", "message-id"]],
  ["smtp.postmarkapp.com", "Postmark", ["message-id"]],
  ["smtp.gmail.com", "Gmail", []],
  ["smtp-relay.gmail.com", "Google's relay", []],
  ["smtp.office365.com", "Microsoft 365", []],
  ["smtp.eu.mailgun.org", "Mailgun", []],
  ["mail.example.org", "a mail server", []],
  ["smtp.gmail.com.example.org", "a mail server", []],
])("recognises %s as %s, which rewrites %j", (host, name, rewrites) => {
  expect(providerOf(host)).toMatchObject({ name, rewrites });
});

it("assumes that an unknown server neither signs nor changes anything", () => {
  expect(providerOf("mail.example.org")).toMatchObject({ signs: false, keepsReturnPath: true });
});
