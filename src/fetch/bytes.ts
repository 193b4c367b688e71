/**
 * Reads a stream into one buffer. Stops as soon as the limit is exceeded.
 * @returns null for more than `maxBytes`.
 */
export async function readUpTo(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) return null;
    parts.push(chunk);
  }
  const [only] = parts;
  // A file that was read in one chunk is not copied.
  if (only !== undefined && parts.length === 1) return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
  return Buffer.concat(parts, size);
}

/** Formats a number of bytes, such as `20 MB` (1 MB = 1,048,576 bytes). */
export function inMegabytes(bytes: number): string {
  return `${Math.round((bytes / 1_048_576) * 10) / 10} MB`;
}

/**
 * Decodes bytes to text. Takes the charset from the byte order mark, from `Content-Type` or from a `meta` in the first 1024
 * bytes, in this order; otherwise it is UTF-8 (HTML standard, "determining the character encoding").
 */
export function decodeText(bytes: Uint8Array, contentType: string | null): string {
  const label = charsetOfMark(bytes) ?? charsetOfType(contentType) ?? charsetOfMeta(bytes) ?? "utf-8";
  return decodeAs(label, bytes);
}

/** Returns the media type of a `Content-Type` header, in lower case and without parameters; null without a header. */
export function mediaTypeOf(contentType: string | null): string | null {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return type === "" ? null : type;
}

/** Whether a response may be a page: a textual media type such as HTML or JSON, or none and no NUL byte. */
export function isText(mediaType: string | null, bytes: Uint8Array): boolean {
  if (mediaType === null) return !bytes.subarray(0, 1024).includes(0);
  return (
    /^text\/|^application\/(json|xhtml\+xml|xml)$|\+(json|xml)$/.test(mediaType) && !mediaType.startsWith("image/")
  );
}

function decodeAs(label: string, bytes: Uint8Array): string {
  try {
    const decoder = new TextDecoder(label);
    if (decoder.encoding === "utf-8") return decoder.decode(bytes);
    // Decodes in two steps: in one step, Node 20 decodes windows-1252 as latin1, and curly quotes become control characters.
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    // RangeError: the label is unknown.
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
  // If the `meta` is readable as ASCII, the page is not in UTF-16 (HTML standard, "prescan a byte stream").
  return label !== null && /^utf-?16/i.test(label) ? "utf-8" : label;
}
