/** Returns the UTF-8 bytes of a text. */
export function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/** Returns the size of a text in bytes in the smaller of the two transfer encodings, with CRLF line ends. */
export function encodedBytes(text: string): number {
  return Math.min(quotedPrintableBytes(text), base64Bytes(text));
}

/** Whether `encodedBytes` is at most `most`. Uses an estimate, except near the limit. */
export function fitsEncoded(text: string, most: number): boolean {
  const escaped = bytes(text.replaceAll(/[ -<>-~\n]+/g, ""));
  // A soft line break comes after at least 73 bytes and takes three; a line end takes one more, a space before it two.
  const roughly = (bytes(text) + 2 * escaped + 3 * lineEnds(text) + 2) * (76 / 73);
  return Math.min(roughly, base64Bytes(text)) <= most || quotedPrintableBytes(text) <= most;
}

/** RFC 2045, section 6.7: one byte for printable ASCII, three for others, and `=` CRLF after 75 bytes of a line. */
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
  // A space before a line end takes three bytes.
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
