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
