import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decrypt, encrypt, isEncrypted } from "../../../src/ops/setup/state-file.js";

const SECRET = "0123456789abcdef0123456789abcdef";
const content = Buffer.concat([Buffer.from("you@example.com ".repeat(1000)), randomBytes(5000)]);

describe("encrypt", () => {
  it("round-trips the content and reveals nothing of it", () => {
    const encrypted = encrypt(content, SECRET);
    expect(isEncrypted(encrypted)).toBe(true);
    expect(encrypted.includes("you@example.com")).toBe(false);
    // The content is compressed first, so repetition does not show in the length either.
    expect(encrypted.length).toBeLessThan(6000);
    expect(decrypt(encrypted, SECRET).equals(content)).toBe(true);
  });

  it("uses a fresh salt and nonce each time", () => {
    const [one, two] = [encrypt(content, SECRET), encrypt(content, SECRET)];
    expect(one.subarray(17, 45).equals(two.subarray(17, 45))).toBe(false);
  });

  it("cannot be decrypted with another secret", () => {
    expect(() => decrypt(encrypt(content, SECRET), `${SECRET}!`)).toThrow(/cannot be decrypted/);
  });

  it.each([
    ["salt", 17],
    ["nonce", 33],
    ["content", 60],
    ["tag", -1],
  ])("cannot be decrypted after one bit of its %s was changed", (_, at) => {
    const encrypted = encrypt(content, SECRET);
    const place = at < 0 ? encrypted.length + at : at;
    encrypted.writeUInt8(encrypted.readUInt8(place) ^ 1, place);
    expect(() => decrypt(encrypted, SECRET)).toThrow(/cannot be decrypted/);
  });

  it.each([0, 20, 40, 60])("cannot be decrypted when cut after %i bytes", (length) => {
    expect(() => decrypt(encrypt(content, SECRET).subarray(0, length), SECRET)).toThrow(
      /cannot be decrypted|not an exported state/,
    );
  });

  it.each([
    ["missing", null, "PAPERBOY_SECRET is not set"],
    ["short enough to be guessed", "sixteen letters!", "shorter than 32 characters"],
  ])("refuses a secret that is %s", (_, secret, says) => {
    expect(() => encrypt(content, secret)).toThrow(says);
  });

  it("distinguishes another format version from a damaged file", () => {
    expect(() => decrypt(Buffer.from("PAPERBOY-STATE-2\nsomething"), SECRET)).toThrow(/not an exported state/);
  });
});
