import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";

/** The `Accept-Encoding` of requests; {@link unpack} decodes each of them. */
export const ACCEPTED_ENCODINGS = "gzip, br, deflate";

type Unpacker = (bytes: Uint8Array, limit: { maxOutputLength: number }) => Promise<Buffer>;

const inflateEither: Unpacker = async (bytes, limit) => {
  // RFC 9110 section 8.4.1.2: "deflate" is the zlib format, but some servers send raw deflate.
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

/** More layers do not occur in practice. */
const MAX_LAYERS = 2;

/**
 * Undoes each `Content-Encoding` (RFC 9110 section 8.4), the last one first. Each decoded layer is limited to `maxBytes`, so
 * that a small response cannot exhaust the memory.
 * @returns null for an unknown encoding or too many layers.
 * @throws zlib errors: `ERR_BUFFER_TOO_LARGE` over the limit, `Z_BUF_ERROR` for truncated input.
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
