import { writeFileSync } from "node:fs";
import path from "node:path";
import { assert, constantFrom, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor, knownSecrets, redactAll } from "../../src/config/redact.js";
import { freshHome } from "../support/paperboy.js";

const redact = (text: string, secrets: readonly string[] = []) => createRedactor({ secrets, folders: [] })(text);

describe("mail addresses", () => {
  it.each([
    "ada@example.org",
    "Ada Quill <ada@example.org>",
    "ada+papers@mail.example.org",
    "ada%40example.org",
    "mailto:ada%2Bpapers%40example.org?subject=unsubscribe",
    "&lt;ada&#64;example.org&gt;",
    "ada&#x40;example.org",
    "ada&commat;example.org",
    '{"to":"ada@example.org"}',
    String.raw`{"to":"ada\u0040example.org"}`,
    "ada=example.org@bounce.example.com",
    '"ada quill"@example.org',
    "ada@[192.0.2.7]",
    "ada@mailhost",
    "äda@bücher.example",
    "550 5.1.1 <ada@example.org>: user unknown",
    "{ada}@example.org",
  ])("are replaced in every encoding: %s", (text) => {
    expect(redact(text)).toContain("@example.invalid");
    expect(redact(text).toLowerCase()).not.toMatch(
      /[aä]da[^ ]*(?:@|%40|&#|&comm|\\u0040)|example\.(?:org|com)|mailhost/,
    );
  });

  it("are replaced by the same placeholder throughout", () => {
    const clean = createRedactor({ secrets: [], folders: [] });
    expect([clean("to ada@example.org"), clean("bo@example.org"), clean("ADA@example.org")]).toEqual([
      "to reader1@example.invalid",
      "reader2@example.invalid",
      "reader1@example.invalid",
    ]);
  });

  it.each(["trending@2026-10-07", "search:letterbox@2026-10-07", "@media print { a { } }", "npm/some-package@1.2.3"])(
    "are distinguished from other uses of @: %s",
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );
});

describe("secrets", () => {
  it.each([
    ["a login in a URL", "smtp://user:hunter-two@mail.example.org:587", "hunter-two"],
    ["a user name in a URL", "ftp://ada@mail.example.org/", "ada@"],
    ["the URL of a webhook", "https://hooks.slack.com/services/T0001/B0002/abcDEF", "T0001"],
    ["the token of a bot", "https://api.telegram.org/bot123456789:AAabcdefghijklmnopqrstuvwxyz0123456/send", "AAabc"],
    ["an unsubscribe link", "https://papers.example.org/u/AAAAAAcbnVhbmNlZC10b2tlbi0x", "AAAAAAcb"],
    ["a signed link with a further path", "/p/AAAAAAcbnVhbmNlZC10b2tlbi0x/erase", "AAAAAAcb"],
    ["the subject of an unsubscribe mail", "subject=unsubscribe%20AAAAAAcbnVhbmNlZC10b2tlbi0x", "AAAAAAcb"],
    ["a web token", "x eyJhbGciOi.eyJzdWIiOi.c2lnbmVk y", "eyJ"],
    ["a token with a known prefix", "key hf_abcdefghijklmnopqrst", "hf_abc"],
    ["an HTTP header", "Authorization: Basic dXNlcjpwYXNz", "dXNl"],
    ["a cookie", "Set-Cookie: id=abc123; HttpOnly", "abc123"],
    ["a value in JSON", '{"password":"hunter-two","a":1}', "hunter-two"],
    ["a value in JSON within an attribute", "{&quot;csrf&quot;:&quot;hunter-two&quot;}", "hunter-two"],
    ["a parameter of a URL", "https://example.org/x?access_token=hunter-two&b=1", "hunter-two"],
    ["an environment variable", "SMTP_PASSWORD=hunter-two", "hunter-two"],
    ["a PEM key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "MIIE"],
    ["HTTP credentials within a text", "said Basic dXNlcjpwYXNz", "dXNl"],
    ["an AUTH command of SMTP", "AUTH PLAIN AHVzZXIAaHVudGVyMg==", "AHVz"],
  ])("are recognised by their format: %s", (_, text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain("***");
  });

  it.each([
    "a basic understanding of tokens: the keys to language",
    "https://example.org/papers/2610.12345",
    "secret life",
  ])("are distinguished from ordinary text: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("that are known are removed in every encoding", () => {
    const secret = 'p&ss "w<rd"/1';
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret), Buffer.from(secret).toString("base64")];
    const clean = redact(`${forms.join(" ")} p&amp;ss &quot;w&lt;rd&quot;/1`, [secret]);
    expect(clean).toBe('*** *** "***" *** ***');
  });

  it("are removed whatever surrounds them", () => {
    const around = constantFrom("", " ", "<", ">", '"', "'", "=", ",", ";", "\n", "(", ")", "é");
    assert(
      property(tuple(around, around), ([before, after]) => {
        expect(redact(`${before}Zq9-known-secret${after}`, ["Zq9-known-secret"])).not.toContain("known-secret");
      }),
    );
  });

  it("are removed from keys and values at any depth, unless they are too short", () => {
    const clean = createRedactor({ secrets: ["known-secret", "a"], folders: [{ path: "/home/ada", name: "~" }] });
    const value = { "known-secret": [{ token: 5, at: "/home/ada/x", n: 1, none: null, said: "a known-secret" }] };
    expect(redactAll(value, clean)).toEqual({ "***": [{ token: "***", at: "~/x", n: 1, none: null, said: "a ***" }] });
  });
});

// Each of these texts takes minutes if a part of a pattern is unbounded.
it.each(["a", "a.", "a-", "-----BEGIN A", "/", "<", "é", "0", "_token", "Basic ", "@"])(
  "redacts a long text of %j in linear time",
  (sign) => {
    const text = sign.repeat(100_000 / sign.length);
    expect(redact(`${text} ada@example.org`)).not.toContain("ada@");
  },
);

it("collects the secrets of the settings, the environment, .env and the key file", () => {
  const home = freshHome();
  writeFileSync(path.join(home, ".env"), "export SMTP_PASSWORD='from-dot-env'\nPLAIN=visible-value\n");
  writeFileSync(path.join(home, "paperboy.key"), `1 ${"k".repeat(40)}\n`);
  const settings = {
    smtp: "smtps://user:p%40ss-word@mail.example.org",
    site: "https://mirror.example.org/a-long-public-path",
    healthcheckUrl: "https://hc.example.org/ping/1234567890",
    push: { team: { url: "https://hooks.example.org/services/T000" } },
    inbox: { imap: { password: "imap-password" } },
  };
  const secrets = knownSecrets({ settings: () => settings, variables: { API_TOKEN: "from-environment" }, home });
  expect([...secrets].toSorted()).toEqual(
    [
      "p%40ss-word",
      "p@ss-word",
      "/ping/1234567890",
      "/ping/1234567890",
      "/services/T000",
      "/services/T000",
      "imap-password",
      "from-environment",
      "from-dot-env",
      "k".repeat(40),
    ].toSorted(),
  );
});

function invalid(): never {
  throw new Error("paperboy.yaml:1:1");
}

it("collects the other secrets when the configuration is invalid", () => {
  const variables = { PAPERBOY_SECRET: "from-environment" };
  expect(knownSecrets({ settings: invalid, variables, home: freshHome() })).toEqual(["from-environment"]);
});
