import { type Arbitrary, array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { domainOf, parseAddress, parseMailbox } from "../../../src/send/message/address.js";

describe("parseAddress", () => {
  it.each([
    ["you@example.com", "you@example.com"],
    ["First.Last+papers@Example.ORG", "First.Last+papers@example.org"],
    ["o'hara_{1}@sub.example.co.uk", "o'hara_{1}@sub.example.co.uk"],
    ["you@Bücher.example", "you@xn--bcher-kva.example"],
    ["you@xn--bcher-kva.example", "you@xn--bcher-kva.example"],
    [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
  ])("accepts %s", (text, address) => {
    expect(parseAddress(text)).toEqual({ ok: true, address, needsSmtpUtf8: false });
  });

  it.each(["paperboy@localhost", "a@mail.localhost", "root@localhost.localdomain"])(
    "accepts %s for mail that stays on this machine",
    (address) => {
      expect(parseAddress(address, { isLocal: true })).toEqual({ ok: true, address, needsSmtpUtf8: false });
      expect(parseMailbox(address, { isLocal: true })).toEqual({ ok: true, mailbox: { name: null, address } });
    },
  );

  it("accepts names under localhost, and refuses other single labels even on this machine", () => {
    expect(parseAddress("localhost@mylocalhost.example")).toMatchObject({ ok: true });
    expect(parseAddress("a@b", { isLocal: true })).toMatchObject({ ok: false });
  });

  it("keeps a non-ASCII local part, and reports that it needs SMTPUTF8", () => {
    expect(parseAddress("jürgen@Bücher.example")).toEqual({
      ok: true,
      address: "jürgen@xn--bcher-kva.example",
      needsSmtpUtf8: true,
    });
  });

  it.each([
    ["an injected header", "b@x.org\r\nBcc: evil@y.org", "control"],
    ["a bare line feed", "b@x.org\nRCPT TO:<evil@y.org>", "control"],
    ["a NUL", "b\0@x.org", "control"],
    ["a bidirectional override", "b\u202Etest@x.org", "invisible"],
    ["a zero-width space", "b\u200B@x.org", "invisible"],
    ["a line separator", "b@x.org\u2028", "invisible"],
    ["a lone surrogate", "b\uD800@x.org", "invisible"],
    ["a list of two", "x@a.org,evil@b.org", "list"],
    ["two with a semicolon", "x@a.org;evil@b.org", "list"],
    ["a group", "all:x@a.org;", "list"],
    ["a source route", "@relay.org:x@a.org", "list"],
    ["a list with a space", "x@a.org, evil@b.org", "space"],
    ["a display name", "Name <a@b.org>", "space"],
    ["brackets alone", "<a@b.org>", "brackets"],
    ["a null path", "<>", "brackets"],
    ["a parameter", "a@b.org> SIZE=1", "space"],
    ["a quoted local part", '"a"@b.org', "quoted"],
    ["a comment", "a(evil@c.org)@b.org", "quoted"],
    ["an escape", "a\\@b.org", "quoted"],
    ["spaces around", " a@b.org ", "space"],
    ["two @", "a@b.org@c.org", "@"],
    ["no @", "postmaster", "@"],
    ["nothing", "", "empty"],
    ["no local part", "@b.org", "nothing before"],
    ["no domain", "a@", "domain"],
    ["a leading dot", ".a@b.org", "dots"],
    ["two dots", "a..b@c.org", "dots"],
    ["a trailing dot", "a.@b.org", "dots"],
    ["an encoded word", "=?utf-8?q?a=40c.org=3E=00?=@b.org", "encoded word"],
    ["a percent route", "a%evil.org@b.org", "%"],
    ["a bang path", "evil.org!a@b.org", "!"],
    ["a domain of one label", "a@b", "full domain"],
    ["this machine", "postmaster@localhost", "full domain"],
    ["this machine in capitals", "postmaster@LocalHost", "full domain"],
    ["a name of this machine", "postmaster@mail.localhost", "full domain"],
    ["the default name of a machine", "root@localhost.localdomain", "full domain"],
    ["an empty label", "a@b..org", "domain"],
    ["a trailing dot of the domain", "a@b.org.", "domain"],
    ["a hyphen first", "a@-b.org", "domain"],
    ["an underscore in the domain", "a@b_c.org", "domain"],
    ["a label of 64", `a@${"b".repeat(64)}.org`, "domain"],
    ["an IPv4 address", "a@127.0.0.1", "domain"],
    ["an IPv4 address in hex, as browsers read it", "a@0x7f.1", "domain"],
    ["an address literal", "a@[127.0.0.1]", "domain"],
    ["a percent-encoded domain", "a@exa%6dple.org", "domain"],
    ["a character that IDNA maps to a slash", "a@exa\u2100mple.org", "domain"],
    ["an ideographic full stop", "a@b\u3002org", "domain"],
    ["65 bytes before the @", `${"a".repeat(65)}@b.org`, "64 bytes"],
    ["65 bytes in 33 letters", `${"ü".repeat(33)}@b.org`, "64 bytes"],
    ["255 bytes", `${"a".repeat(64)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(7)}`, "254"],
  ])("refuses %s", (_, text, why) => {
    expect(parseAddress(text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});

/** Generates texts of these characters. */
function textOf(characters: string): Arbitrary<string> {
  return array(constantFrom(...characters.split("")), { minLength: 1, maxLength: 12 }).map((all) => all.join(""));
}

it("parseAddress gives the same result with and without its fast path", () => {
  assert(
    property(textOf("ab1_+-."), textOf("xyn09-."), (local, domain) => {
      // Capitals in the domain bypass the fast path; the result has them in lower case.
      expect(parseAddress(`${local}@${domain}.org`)).toEqual(parseAddress(`${local}@${domain}.ORG`));
    }),
    { numRuns: 2000 },
  );
});

describe("parseMailbox", () => {
  it.each([
    ["you@example.com", { name: null, address: "you@example.com" }],
    ["<you@example.com>", { name: null, address: "you@example.com" }],
    ["Paperboy <you@Example.com>", { name: "Paperboy", address: "you@example.com" }],
    ['"Paper, Boy \\"Jr\\"" <you@example.com>', { name: 'Paper, Boy "Jr"', address: "you@example.com" }],
    ["Zeitungsbüro <you@example.com>", { name: "Zeitungsbüro", address: "you@example.com" }],
  ])("reads %s", (text, mailbox) => {
    expect(parseMailbox(text)).toEqual({ ok: true, mailbox });
  });

  it.each([
    ["a comma without quotes", "Paper, Boy <you@example.com>", "quotes"],
    ["two mailboxes", "A <a@b.org>, B <c@d.org>", "quotes"],
    ["a line break in the name", "A\r\nBcc: evil@y.org <a@b.org>", "quotes"],
    ["a control character in the name", '"A\u0007" <a@b.org>', "control"],
    ["a hostile address", "A <a@b.org\r\n>", "control"],
    ["a name of 201", `${"n".repeat(201)} <a@b.org>`, "too long"],
    ["a name without an address", "Paperboy", "@"],
  ])("refuses %s", (_, text, why) => {
    expect(parseMailbox(text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});

it("domainOf returns the part after the @", () => {
  expect(domainOf("you@example.org")).toBe("example.org");
});
