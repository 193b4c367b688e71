/** Bytes of a text in UTF-8. */
export function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * Bytes of a text in the smaller of the two transfer encodings, at most: what the mail will carry. Line ends count as CRLF.
 */
export function encodedBytes(text: string): number {
  return Math.min(quotedPrintableBytes(text), base64Bytes(text));
}

/** RFC 2045, section 6.7: printable ASCII is one byte, all else three, and lines end at 76 with `=` CRLF. */
function quotedPrintableBytes(text: string): number {
  let total = 0;
  let line = 0;
  for (const byte of Buffer.from(text)) {
    if (byte === 10) {
      total += 2;
      line = 0;
      continue;
    }
    const cost = byte >= 32 && byte <= 126 && byte !== 61 ? 1 : 3;
    if (line + cost > 75) {
      total += 3;
      line = 0;
    }
    total += cost;
    line += cost;
  }
  // A blank before a line end is written in three bytes; there are few.
  return total + 2 * (text.match(/[ \t]$/gm)?.length ?? 0);
}

/** RFC 2045, section 6.8: four bytes for three, in lines of 76 and CRLF. */
function base64Bytes(text: string): number {
  const newlines = text.split("\n").length - 1;
  const encoded = Math.ceil((bytes(text) + newlines) / 3) * 4;
  return encoded + 2 * Math.ceil(encoded / 76);
}
