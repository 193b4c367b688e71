/**
 * Gathers a stream of bytes into one buffer, and stops reading at the first byte over the limit.
 * @returns null when there were more than `maxBytes`.
 */
export async function gather(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer | null> {
  const gathered: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) return null;
    gathered.push(chunk);
  }
  const [only] = gathered;
  // A file that was read at once is not copied.
  if (only !== undefined && gathered.length === 1) return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
  return Buffer.concat(gathered, size);
}

/** A number of bytes in words, such as `20 MB` (1 MB = 1,048,576 bytes). */
export function inMegabytes(bytes: number): string {
  return `${Math.round((bytes / 1_048_576) * 10) / 10} MB`;
}
