import { describe, expect, it } from "vitest";
import { openTransport } from "../../../src/send/open.js";
import { connectionOptions } from "../../../src/send/smtp/session.js";
import { smtpFromChoices, smtpFromUrl } from "../../../src/send/smtp/settings.js";

const PLAIN = { host: "mail.example.org", port: 587, secure: false, login: null, allowPlaintext: false };

describe("smtpFromUrl", () => {
  it.each([
    ["smtp://mail.example.org", PLAIN],
    ["smtp://mail.example.org/", PLAIN],
    ["smtp://mail.example.org:2525", { ...PLAIN, port: 2525 }],
    ["smtp://mail.example.org:465", { ...PLAIN, port: 465, secure: true }],
    ["smtps://mail.example.org", { ...PLAIN, port: 465, secure: true }],
    ["smtps://mail.example.org:587", { ...PLAIN, secure: true }],
    [
      "smtp://me%40example.org:p%40ss%2Fw%25rd@mail.example.org",
      { ...PLAIN, login: { user: "me@example.org", password: "p@ss/w%rd" } },
    ],
    ["smtp://MAIL.Bücher.example", { ...PLAIN, host: "mail.xn--bcher-kva.example" }],
    ["smtp://[::1]:25", { ...PLAIN, host: "::1", port: 25 }],
    ["smtp://mail.example.org?allowPlaintext=true", { ...PLAIN, allowPlaintext: true }],
  ])("reads %s", (url, settings) => {
    expect(smtpFromUrl(url)).toEqual({ ok: true, settings });
  });

  it.each([
    ["mail.example.org:587", "not an SMTP URL"],
    ["https://mail.example.org", "not an SMTP URL"],
    ["smtp://", "not an SMTP URL"],
    ["smtp://me:hunter22/x@mail.example.org", ""],
    ["smtp://mail.example.org/hunter22", "unencoded /"],
    ["smtp://mail.example.org#hunter22", "unencoded /"],
    ["smtp://me:hunter22%zz@mail.example.org", "%25"],
    ["smtp://me@mail.example.org", "no password"],
    ["smtp://:hunter22@mail.example.org", "no user"],
    ["smtp://mail.example.org?ignoreTLS=true", "allowPlaintext=true"],
    ["smtp://mail.example.org?allowPlaintext=maybe", "allowPlaintext=true"],
  ])("refuses %s without repeating the password", (url, why) => {
    const parsed = smtpFromUrl(url);
    expect(parsed).toEqual({ ok: false, why: expect.stringContaining(why) });
    expect(JSON.stringify(parsed)).not.toContain("hunter22");
  });
});

it.each([
  ["a user without password", { host: "mail.example.org", user: "me" }],
  ["an invalid host", { host: "mail example" }],
])("smtpFromChoices refuses %s", (_, choices) => {
  expect(smtpFromChoices(choices)).toMatchObject({ ok: false });
});

describe("connectionOptions", () => {
  it.each([
    ["for another host: encrypted and verified", PLAIN, { requireTLS: true, tls: { rejectUnauthorized: true } }],
    ["with TLS from the start", { ...PLAIN, secure: true }, { secure: true, tls: { rejectUnauthorized: true } }],
    [
      "with allowPlaintext: still verified where TLS is offered",
      { ...PLAIN, allowPlaintext: true },
      { requireTLS: false, tls: { rejectUnauthorized: true } },
    ],
    [
      "for this machine: TLS is optional and not verified",
      { ...PLAIN, host: "localhost" },
      { requireTLS: false, tls: { rejectUnauthorized: false } },
    ],
  ])("sets TLS %s", (_, settings, expected) => {
    expect(connectionOptions(settings)).toMatchObject(expected);
  });
});

describe("openTransport", () => {
  it.each([
    ["the outbox when nothing is configured", null, { channel: "outbox", name: "folder" }],
    ["SMTP from a URL", "smtp://mail.example.org", { channel: "smtp", name: "mail.example.org:587" }],
    ["SMTP with TLS", "smtps://me:secret@mail.example.org", { channel: "smtp", name: "mail.example.org:465" }],
    [
      "SMTP from its parts",
      { host: "mail.example.org", port: 2525 },
      { channel: "smtp", name: "mail.example.org:2525" },
    ],
  ])("selects %s, without opening it", async (_, smtp, expected) => {
    expect(await openTransport({ smtp, outbox: "folder" })).toMatchObject(expected);
  });

  it("refuses a URL of another kind", async () => {
    await expect(openTransport({ smtp: "http://x", outbox: "folder" })).rejects.toMatchObject({
      code: "config-invalid",
    });
  });

  it("names what is wrong with the settings, without the password", async () => {
    const failure = openTransport({ smtp: "smtp://me:hunter22%zz@mail.example.org", outbox: "unused" });
    await expect(failure).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.not.stringContaining("hunter22"),
    });
  });
});
