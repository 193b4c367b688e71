import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSealed, seal, unseal } from "../../../src/ops/setup/seal.js";

const SECRET = "0123456789abcdef0123456789abcdef";
const content = Buffer.concat([Buffer.from("you@example.com ".repeat(1000)), randomBytes(5000)]);

describe("a sealed file", () => {
  it("gives back what went in, and shows nothing of it", () => {
    const sealed = seal(content, SECRET);
    expect(isSealed(sealed)).toBe(true);
    expect(sealed.includes("you@example.com")).toBe(false);
    // Repetition does not show either: it was compressed before.
    expect(sealed.length).toBeLessThan(6000);
    expect(unseal(sealed, SECRET).equals(content)).toBe(true);
  });

  it("is another one each time, with a key of its own", () => {
    const [one, two] = [seal(content, SECRET), seal(content, SECRET)];
    expect(one.subarray(17, 45).equals(two.subarray(17, 45))).toBe(false);
  });

  it("does not open with another secret", () => {
    expect(() => unseal(seal(content, SECRET), `${SECRET}!`)).toThrow(/does not open/);
  });

  it.each([
    ["salt", 17],
    ["nonce", 33],
    ["content", 60],
    ["tag", -1],
  ])("does not open when one bit of its %s was changed", (_, at) => {
    const sealed = seal(content, SECRET);
    const place = at < 0 ? sealed.length + at : at;
    sealed.writeUInt8(sealed.readUInt8(place) ^ 1, place);
    expect(() => unseal(sealed, SECRET)).toThrow(/does not open/);
  });

  it.each([0, 20, 40, 60])("does not open when it was cut after %i bytes", (length) => {
    expect(() => unseal(seal(content, SECRET).subarray(0, length), SECRET)).toThrow(/does not open|no sealed state/);
  });

  it.each([
    ["missing", null, "PAPERBOY_SECRET is not set"],
    ["short enough to be guessed", "sixteen letters!", "shorter than 32 signs"],
  ])("is not made with a secret that is %s", (_, secret, says) => {
    expect(() => seal(content, secret)).toThrow(says);
  });

  it("of another version is told from a damaged one", () => {
    expect(() => unseal(Buffer.from("PAPERBOY-STATE-2\nsomething"), SECRET)).toThrow(/no sealed state/);
  });
});
