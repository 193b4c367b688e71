import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { checkToken, signToken, type TokenPurpose } from "../../src/core/tokens.js";

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);
const keys = { current: KEY };
const issuedAt = new Date("2026-03-10T06:00:00Z");
const now = new Date("2026-03-11T06:00:00Z");
const PURPOSES: readonly TokenPurpose[] = ["unsubscribe", "preferences", "confirm", "bounce"];

describe("tokens", () => {
  it.each(PURPOSES)("carry what was signed: %s", (purpose) => {
    assert(
      property(integer({ min: 0, max: 2 ** 40 - 1 }), (subscriberId) => {
        const token = signToken({ purpose, subscriberId, issuedAt }, keys);
        expect(checkToken(token, { purpose, keys, now })).toEqual({
          ok: true,
          subscriberId,
          issuedAt: purpose === "confirm" ? issuedAt : null,
        });
      }),
      { numRuns: 100 },
    );
  });

  it.each([0, 255, 256, 2 ** 31, 2 ** 40 - 1])("keep a URL under 70 characters: %i", (subscriberId) => {
    const host = "papers.institute-of-things.org";
    expect(host).toHaveLength(30);
    const url = `https://${host}/u/${signToken({ purpose: "unsubscribe", subscriberId }, keys)}`;
    expect(url.length).toBeLessThan(70);
    expect(url).toMatch(/^[\w:/.-]+$/);
  });

  it("are deterministic, so that a resent letter is identical", () => {
    const facts = { purpose: "unsubscribe", subscriberId: 7 } as const;
    expect(signToken(facts, keys)).toBe(signToken(facts, keys));
  });

  it("are valid for one purpose only", () => {
    for (const signed of PURPOSES) {
      for (const asked of PURPOSES.filter((purpose) => purpose !== signed)) {
        const token = signToken({ purpose: signed, subscriberId: 70_000, issuedAt }, keys);
        expect(checkToken(token, { purpose: asked, keys, now }).ok).toBe(false);
      }
    }
  });

  it("are rejected with one bit changed", () => {
    const bytes = Buffer.from(signToken({ purpose: "unsubscribe", subscriberId: 70_000 }, keys), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(checkToken(changed.toString("base64url"), { purpose: "unsubscribe", keys, now }).ok).toBe(false);
    }
  });

  it("verify with an old key, and are signed with the new one", () => {
    const facts = { purpose: "unsubscribe", subscriberId: 7 } as const;
    const old = signToken(facts, { current: OTHER });
    const rotated = { current: KEY, previous: [OTHER] };
    expect(checkToken(old, { purpose: "unsubscribe", keys, now })).toEqual({ ok: false, why: "forged" });
    expect(checkToken(old, { purpose: "unsubscribe", keys: rotated, now })).toMatchObject({ ok: true });
    expect(signToken(facts, rotated)).toBe(signToken(facts, keys));
  });

  it.each([
    ["confirm", 72, true],
    ["confirm", 73, false],
    ["unsubscribe", 24 * 365 * 20, true],
    ["preferences", 24 * 365 * 20, true],
    ["bounce", 24 * 365 * 20, true],
  ] as const)("to %s after %i hours: %s", (purpose, hours, ok) => {
    const token = signToken({ purpose, subscriberId: 7, issuedAt }, keys);
    const later = new Date(issuedAt.getTime() + hours * 3_600_000);
    expect(checkToken(token, { purpose, keys, now: later })).toMatchObject(ok ? { ok } : { ok, why: "expired" });
  });

  it.each([
    "",
    "A",
    "AAAA",
    "A".repeat(23),
    "A".repeat(5000),
    "../../etc/passwd",
    `${signToken({ purpose: "unsubscribe", subscriberId: 7 }, keys)}=`,
    ` ${signToken({ purpose: "unsubscribe", subscriberId: 7 }, keys)}`,
    signToken({ purpose: "unsubscribe", subscriberId: 62 }, keys).replace(/.$/, "~"),
    "\u0000\u202E",
  ])("reject %j", (text) => {
    expect(checkToken(text, { purpose: "unsubscribe", keys, now }).ok).toBe(false);
  });

  it("have exactly one spelling", () => {
    const token = signToken({ purpose: "unsubscribe", subscriberId: 7 }, keys);
    // 17 bytes leave two spare bits in the last character: three others decode to the same bytes.
    const spellings = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", (sign) =>
      token.replace(/.$/, sign),
    );
    expect(spellings.filter((text) => checkToken(text, { purpose: "unsubscribe", keys, now }).ok)).toEqual([token]);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 40])("cannot be created for %d", (subscriberId) => {
    expect(() => signToken({ purpose: "bounce", subscriberId }, keys)).toThrow(RangeError);
  });

  it("that expire need a time", () => {
    expect(() => signToken({ purpose: "confirm", subscriberId: 7 }, keys)).toThrow(RangeError);
  });
});
