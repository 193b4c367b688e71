import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCfEmail, isPlaceholder, restoreCfEmails } from "../../src/parse/cf-email.js";

/** Masks a text as Cloudflare does: the key, then every byte XOR the key. */
function mask(text: string, key = 0x4f): string {
  return Buffer.from([key, ...Buffer.from(text).map((byte) => byte ^ key)]).toString("hex");
}

const anchor = (hex: string) =>
  `<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="${hex}">[email\u00a0protected]</a>`;

describe("decodeCfEmail", () => {
  it("decodes every masked text with an @, with any key", () => {
    const text = fc.tuple(fc.stringMatching(/^[\p{L}\d.+-]{1,40}$/u), fc.stringMatching(/^[\w.-]{1,40}$/));
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 255 }), ([name, host], key) => {
        expect(decodeCfEmail(mask(`${name}@${host}`, key))).toBe(`${name}@${host}`);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["", "nothing"],
    ["4", "half a byte"],
    ["4f", "the key alone"],
    ["xy22", "no hex"],
    [mask("no sign in it"), "a text without @"],
    [mask("a@b\r\nBcc: c@d"), "line ends"],
    [mask("<b>@c"), "markup"],
    ["00ff40fe", "bytes that are no UTF-8"],
    ["00" + "40".repeat(600), "more than an address"],
  ])("refuses %j (%s)", (hex) => {
    expect(decodeCfEmail(hex)).toBeNull();
  });
});

describe("restoreCfEmails", () => {
  const hex = mask("ASR@0.5");

  it.each([
    ["the proxy's element", `our ${anchor(hex)} of 61`, "our ASR@0.5 of 61"],
    ["two of them", `${anchor(hex)}, ${anchor(mask("b@c.example"))}`, "ASR@0.5, b@c.example"],
    [
      "single quotes and other order",
      `<a data-cfemail='${hex}' class='__cf_email__'>[email&#160;protected]</a>`,
      "ASR@0.5",
    ],
    [
      "a span in a link",
      `<a href="/cdn-cgi/l/email-protection#${hex}"><span class="__cf_email__" data-cfemail="${hex}">[email protected]</span></a>`,
      "ASR@0.5",
    ],
    ["the hex in the address", `<a href="/cdn-cgi/l/email-protection#${hex}">[email protected]</a>`, "ASR@0.5"],
    ["a page turned to text with its links", `[email protected](/cdn-cgi/l/email-protection#${hex})`, "ASR@0.5"],
  ])("restores %s", (_, written, restored) => {
    expect(restoreCfEmails(written)).toBe(restored);
  });

  it.each([
    ["the words alone", "our [email protected] of 61"],
    ["an element without hex", '<a class="__cf_email__">[email protected]</a>'],
    ["a hex that hides no address", anchor(mask("no sign in it"))],
    ["another link", '<a href="https://example.org">[email us]</a> and <EOS>'],
    ["another text in the link", `<a href="/cdn-cgi/l/email-protection#${hex}">write to us</a>`],
  ])("leaves %s unchanged", (_, written) => {
    expect(restoreCfEmails(written)).toBe(written);
  });
});

it("recognizes the placeholder with any kind of space", () => {
  expect(
    ["[email protected]", " [email\u00a0protected] ", "[email us]", "x [email protected]"].map(isPlaceholder),
  ).toEqual([true, true, false, false]);
});
