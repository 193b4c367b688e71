import { createHmac } from "node:crypto";
import { assert, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { macBy } from "../../src/core/hmac.js";

describe("macBy", () => {
  it("gives what node:crypto's HMAC gives, for keys and texts of any length", () => {
    assert(
      property(uint8Array({ maxLength: 200 }), uint8Array({ maxLength: 300 }), (key, data) => {
        const expected = createHmac("sha256", key).update(data);
        expect(macBy(key)(data, "hex")).toBe(expected.digest("hex"));
      }),
    );
  });

  // RFC 4231 section 4.3 (a key shorter than a block) and 4.7 (a key longer than one).
  it.each([
    [
      Buffer.from("Jefe"),
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      Buffer.alloc(131, 0xaa),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ])("gives what RFC 4231 says", (key, text, expected) => {
    expect(macBy(key)(text, "hex")).toBe(expected);
  });

  it("remembers nothing of the text before", () => {
    const mac = macBy(Buffer.from("a key"));
    const once = mac("äöü", "base64url");
    mac("something else, and longer than the first", "hex");
    expect(mac("äöü", "base64url")).toBe(once);
    expect(once).toBe(createHmac("sha256", "a key").update("äöü").digest("base64url"));
  });
});
