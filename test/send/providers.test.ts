import { expect, it } from "vitest";
import { PROVIDERS, providerOf } from "../../src/send/providers.js";

it.each([
  ["email-smtp.eu-west-1.amazonaws.com", "Amazon SES", ["date", "message-id"]],
  ["EMAIL-SMTP.us-east-1.amazonaws.com", "Amazon SES", ["date", "message-id"]],
  ["smtp.postmarkapp.com", "Postmark", ["message-id"]],
  ["smtp.gmail.com", "Gmail", []],
  ["smtp.office365.com", "Microsoft 365", []],
  ["mail.example.org", "a mail server", []],
  ["smtp.gmail.com.example.org", "a mail server", []],
])("%s is %s, which rewrites %j", (host, name, rewrites) => {
  expect(providerOf(host)).toMatchObject({ name, rewrites });
});

it("every provider has something to say to an operator", () => {
  expect(PROVIDERS.every(({ note }) => note.endsWith("."))).toBe(true);
});
