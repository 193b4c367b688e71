import { assert, constantFrom, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { createScrub, scrubAll } from "../../../src/editions/records/scrub.js";

const scrub = (text: string, secrets: readonly string[] = []) => createScrub({ secrets, folders: [] })(text);

describe("addresses", () => {
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
  ])("go, in whatever form they stand: %s", (text) => {
    expect(scrub(text)).toContain("@example.invalid");
    expect(scrub(text).toLowerCase()).not.toMatch(
      /[aä]da[^ ]*(?:@|%40|&#|&comm|\\u0040)|example\.(?:org|com)|mailhost/,
    );
  });

  it("become the same stand-in throughout, so that who is who can be followed", () => {
    const clean = createScrub({ secrets: [], folders: [] });
    expect([clean("to ada@example.org"), clean("bo@example.org"), clean("ADA@example.org")]).toEqual([
      "to reader1@example.invalid",
      "reader2@example.invalid",
      "reader1@example.invalid",
    ]);
  });

  it.each(["trending@2026-10-07", "search:letterbox@2026-10-07", "@media print { a { } }", "npm/some-package@1.2.3"])(
    "are told from other signs: %s",
    (text) => {
      expect(scrub(text)).toBe(text);
    },
  );
});

describe("secrets", () => {
  it.each([
    ["a login in an address", "smtp://user:hunter-two@mail.example.org:587", "hunter-two"],
    ["a login beside a name", "ftp://ada@mail.example.org/", "ada@"],
    ["a webhook", "https://hooks.slack.com/services/T0001/B0002/abcDEF", "T0001"],
    ["a bot's token", "https://api.telegram.org/bot123456789:AAabcdefghijklmnopqrstuvwxyz0123456/send", "AAabc"],
    ["a link to leave", "https://papers.example.org/u/AAAAAAcbnVhbmNlZC10b2tlbi0x", "AAAAAAcb"],
    ["a link with a page behind it", "/p/AAAAAAcbnVhbmNlZC10b2tlbi0x/erase", "AAAAAAcb"],
    ["a mail to leave", "subject=unsubscribe%20AAAAAAcbnVhbmNlZC10b2tlbi0x", "AAAAAAcb"],
    ["a web token", "x eyJhbGciOi.eyJzdWIiOi.c2lnbmVk y", "eyJ"],
    ["a token with a known beginning", "key hf_abcdefghijklmnopqrst", "hf_abc"],
    ["a header", "Authorization: Basic dXNlcjpwYXNz", "dXNl"],
    ["a cookie", "Set-Cookie: id=abc123; HttpOnly", "abc123"],
    ["a value in JSON", '{"password":"hunter-two","a":1}', "hunter-two"],
    ["a value in an attribute", "{&quot;csrf&quot;:&quot;hunter-two&quot;}", "hunter-two"],
    ["a value in an address", "https://example.org/x?access_token=hunter-two&b=1", "hunter-two"],
    ["a variable", "SMTP_PASSWORD=hunter-two", "hunter-two"],
    ["a key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "MIIE"],
    ["a bare login", "said Basic dXNlcjpwYXNz", "dXNl"],
    ["SMTP's login", "AUTH PLAIN AHVzZXIAaHVudGVyMg==", "AHVz"],
  ])("go by their form: %s", (_, text, secret) => {
    expect(scrub(text)).not.toContain(secret);
    expect(scrub(text)).toContain("***");
  });

  it.each([
    "a basic understanding of tokens: the keys to language",
    "https://example.org/papers/2610.12345",
    "secret life",
  ])("are told from what a paper says: %s", (text) => {
    expect(scrub(text)).toBe(text);
  });

  it("that are known go in every form in which they may stand", () => {
    const secret = 'p&ss "w<rd"/1';
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret), Buffer.from(secret).toString("base64")];
    const clean = scrub(`${forms.join(" ")} p&amp;ss &quot;w&lt;rd&quot;/1`, [secret]);
    expect(clean).toBe('*** *** "***" *** ***');
  });

  it("go wherever they stand in a text", () => {
    const around = constantFrom("", " ", "<", ">", '"', "'", "=", ",", ";", "\n", "(", ")", "é");
    assert(
      property(tuple(around, around), ([before, after]) => {
        expect(scrub(`${before}Zq9-known-secret${after}`, ["Zq9-known-secret"])).not.toContain("known-secret");
      }),
    );
  });

  it("go from names and values at any depth; too short ones take nothing with them", () => {
    const clean = createScrub({ secrets: ["known-secret", "a"], folders: [{ path: "/home/ada", name: "~" }] });
    const value = { "known-secret": [{ token: 5, at: "/home/ada/x", n: 1, none: null, said: "a known-secret" }] };
    expect(scrubAll(value, clean)).toEqual({ "***": [{ token: "***", at: "~/x", n: 1, none: null, said: "a ***" }] });
  });
});

// Each took minutes, or would, where a part of a pattern has no bound.
it.each(["a", "a.", "a-", "-----BEGIN A", "/", "<", "é", "0", "_token", "Basic ", "@"])(
  "takes a long text of %j in its stride",
  (sign) => {
    const text = sign.repeat(300_000 / sign.length);
    expect(scrub(`${text} ada@example.org`)).not.toContain("ada@");
  },
);
