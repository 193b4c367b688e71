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

/** Whether that is at most `most`: told without counting every byte, except close to it. */
export function fitsEncoded(text: string, most: number): boolean {
  const escaped = bytes(text.replaceAll(/[ -<>-~\n]+/g, ""));
  // A line is broken after 73 bytes at the earliest, which takes three; a line end takes one more, a blank before it two.
  const roughly = (bytes(text) + 2 * escaped + 3 * lineEnds(text) + 2) * (76 / 73);
  return Math.min(roughly, base64Bytes(text)) <= most || quotedPrintableBytes(text) <= most;
}

/** RFC 2045, section 6.7: printable ASCII is one byte, all else three, and lines end at 76 with `=` CRLF. */
function quotedPrintableBytes(text: string): number {
  let total = 0;
  let line = 0;
  const encoded = Buffer.from(text);
  for (let at = 0; at < encoded.length; at += 1) {
    const byte = encoded[at] ?? 0;
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
  const encoded = Math.ceil((bytes(text) + lineEnds(text)) / 3) * 4;
  return encoded + 2 * Math.ceil(encoded / 76);
}

function lineEnds(text: string): number {
  return text.split("\n").length - 1;
}
