import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";

/** What `Accept-Encoding` offers, and what {@link unpack} can undo. */
export const ACCEPTED_ENCODINGS = "gzip, br, deflate";

type Unpacker = (bytes: Uint8Array, limit: { maxOutputLength: number }) => Promise<Buffer>;

const inflateEither: Unpacker = async (bytes, limit) => {
  // RFC 9110 section 8.4.1.2: "deflate" means the zlib format, yet some servers send the raw stream.
  const hasZlibHeader = ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
  return promisify<Uint8Array, object, Buffer>(hasZlibHeader ? inflate : inflateRaw)(bytes, limit);
};

const UNPACKERS: ReadonlyMap<string, Unpacker> = new Map<string, Unpacker>([
  ["gzip", promisify<Uint8Array, object, Buffer>(gunzip)],
  ["x-gzip", promisify<Uint8Array, object, Buffer>(gunzip)],
  ["br", promisify<Uint8Array, object, Buffer>(brotliDecompress)],
  ["deflate", inflateEither],
  ["identity", async (bytes) => Buffer.from(bytes)],
]);

/** More layers than this is an attack, not a page. */
const MAX_LAYERS = 2;

/**
 * Undoes `Content-Encoding` (RFC 9110 section 8.4: the last one named is undone first). At most `maxBytes` come out of a
 * layer, so that a small answer cannot fill the memory.
 * @returns null when the header names an encoding that is not known.
 * @throws zlib's errors, by code: `ERR_BUFFER_TOO_LARGE` over the limit, `Z_BUF_ERROR` when the end is missing.
 */
export async function unpack(bytes: Buffer, encoding: string | null, maxBytes: number): Promise<Buffer | null> {
  const names = (encoding ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const layers = names.toReversed().flatMap((name) => UNPACKERS.get(name) ?? []);
  if (layers.length !== names.length || layers.length > MAX_LAYERS) return null;
  let unpacked = bytes;
  for (const layer of layers) {
    if (unpacked.length > 0) unpacked = await layer(unpacked, { maxOutputLength: maxBytes });
  }
  return unpacked;
}
