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

/**
 * Bytes as text. The charset comes from the byte order mark, else from `Content-Type`, else from a `meta` in the first
 * 1024 bytes, else it is UTF-8 (the order of the HTML standard, "determining the character encoding").
 */
export function decodeText(bytes: Uint8Array, contentType: string | null): string {
  const label = charsetOfMark(bytes) ?? charsetOfType(contentType) ?? charsetOfMeta(bytes) ?? "utf-8";
  return decodeAs(label, bytes);
}

/** The media type of a `Content-Type` header, lower case, without parameters; null when there is none. */
export function mediaTypeOf(contentType: string | null): string | null {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return type === "" ? null : type;
}

/** Whether an answer may be a page: HTML, JSON and their kin, and what names no type but holds no NUL byte. */
export function isText(mediaType: string | null, bytes: Uint8Array): boolean {
  if (mediaType === null) return !bytes.subarray(0, 1024).includes(0);
  return (
    /^text\/|^application\/(json|xhtml\+xml|xml)$|\+(json|xml)$/.test(mediaType) && !mediaType.startsWith("image/")
  );
}

function decodeAs(label: string, bytes: Uint8Array): string {
  try {
    const decoder = new TextDecoder(label);
    // In two steps: Node 20 reads windows-1252 as latin1 when all comes at once, and curly quotes become controls.
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    // RangeError: nobody knows that label. UTF-8 is what the web would guess.
    return new TextDecoder("utf-8").decode(bytes);
  }
}

function charsetOfMark(bytes: Uint8Array): string | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return null;
}

function charsetOfType(contentType: string | null): string | null {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? "")?.[1] ?? null;
}

function charsetOfMeta(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  const label = /<meta\s[^>]*?charset\s*=\s*["']?([\w.:-]+)/i.exec(start)?.[1] ?? null;
  // A meta that could be read as ASCII is no UTF-16, whatever it says (HTML standard, "prescan a byte stream").
  return label !== null && /^utf-?16/i.test(label) ? "utf-8" : label;
}
