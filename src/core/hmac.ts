import { type BinaryToTextEncoding, hash } from "node:crypto";

/** SHA-256 reads blocks of so many bytes, and gives so many. */
const BLOCK = 64;
const DIGEST = 32;

/** HMAC-SHA256 of some text or bytes by one key, as text: in `hex`, `base64url`, or `binary` (a character a byte). */
export type Mac = (data: string | Uint8Array, as: BinaryToTextEncoding) => string;

/**
 * HMAC-SHA256 by one key, for many short texts: every message has three. Two hashes in one call each (RFC 2104 section 2)
 * take a third of the time of `createHmac`, which makes an object for each text that has to be collected as well.
 */
export function macBy(key: Uint8Array): Mac {
  const [inner, outer] = [padded(key, 0x36), padded(key, 0x5c)];
  return (data, as) => {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    const first = Buffer.allocUnsafe(BLOCK + bytes.length);
    first.set(inner);
    first.set(bytes, BLOCK);
    const second = Buffer.allocUnsafe(BLOCK + DIGEST);
    second.set(outer);
    second.write(hash("sha256", first, "binary"), BLOCK, "latin1");
    return hash("sha256", second, as);
  };
}

/** A key longer than a block counts by its hash. */
function padded(key: Uint8Array, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.set(key.length > BLOCK ? hash("sha256", key, "buffer") : key);
  return block.map((byte) => byte ^ pad) as Buffer;
}
