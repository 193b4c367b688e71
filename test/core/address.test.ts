import { describe, expect, it } from "vitest";
import { addressKey, distinctPeople } from "../../src/core/address.js";

const NFC = "j\u00FCrgen@b\u00FCcher.example";

describe("addressKey", () => {
  it.each([
    ["capitals", "YOU@Example.COM", "you@example.com"],
    ["decomposed letters", NFC.normalize("NFD"), NFC],
    ["decomposed capitals", NFC.toUpperCase().normalize("NFD"), NFC],
    ["a domain in A-labels", "j\u00FCrgen@xn--bcher-kva.example", NFC],
    ["a domain in A-labels with capitals", "j\u00FCrgen@XN--BCHER-KVA.example", NFC],
    ["an ASCII name at a domain in A-labels", "you@xn--bcher-kva.example", "you@B\u00DCcher.example"],
    ["Greek capitals", "\u039D\u0399\u039A\u039F\u03A3@example.gr", "\u03BD\u03B9\u03BA\u03BF\u03C2@example.gr"],
    [
      "a final sigma of one in capitals",
      "\u03BD\u03B9\u03BA\u03BF\u03C3@example.gr",
      "\u03BD\u03B9\u03BA\u03BF\u03C2@example.gr",
    ],
  ])("is the same with %s", (_, one, other) => {
    expect(addressKey(one)).toBe(addressKey(other));
  });

  it.each([
    ["accents", "jurgen@example.com", "j\u00FCrgen@example.com"],
    ["a sharp s", "stra\u00DFe@example.com", "strasse@example.com"],
    ["a dotless i", "k\u0131r@example.com", "kir@example.com"],
    ["the alphabet", "\u0430nn@example.com", "ann@example.com"],
    ["a sharp s in the domain", "a@fa\u00DF.example", "a@fass.example"],
    ["a tag", "ann+papers@example.com", "ann@example.com"],
  ])("differs by %s", (_, one, other) => {
    expect(addressKey(one)).not.toBe(addressKey(other));
  });

  it("is idempotent for any text", () => {
    for (const text of [NFC, "", "@", "no domain", "a@\u0000", "\u0130@example.com", "a@b\u0308.\uFF0Eexample"]) {
      expect(addressKey(addressKey(text))).toBe(addressKey(text));
    }
  });
});

it("keeps the first spelling of each person", () => {
  expect(distinctPeople([NFC, "a@example.com", NFC.normalize("NFD"), "A@example.com"])).toEqual([NFC, "a@example.com"]);
});
