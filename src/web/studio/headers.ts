/** A header of a mail, unfolded and decoded. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** The headers of a raw mail (RFC 5322, section 2.2), in order. */
export function readHeaders(raw: string): Header[] {
  const [head = ""] = raw.split("\r\n\r\n", 1);
  const lines = head.replaceAll(/\r\n(?=[ \t])/g, "").split("\r\n");
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon), value: decodeWords(line.slice(colon + 1).trim()) };
  });
}

/** The name of a sender, or its address where it has none: what an inbox shows. */
export function shownSender(from: string): string {
  const [, name = "", address = ""] = /^(.*?)\s*<([^<>]*)>$/s.exec(from) ?? [];
  return name.replace(/^"(.*)"$/s, "$1").replaceAll(/\\(.)/g, "$1") || address || from;
}

/** Encoded words (RFC 2047) as text; blanks between two of them are no blanks. */
function decodeWords(value: string): string {
  const word = /=\?utf-8\?([bq])\?([^?]*)\?=/gi;
  const joined = value.replaceAll(/(\?=)\s+(?==\?utf-8\?)/gi, "$1");
  // A character may be split between two words of the same encoding, so neighbours are decoded together.
  return joined.replaceAll(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (words) =>
    Buffer.concat(
      [...words.matchAll(word)].map(([, encoding = "", text = ""]) =>
        encoding.toLowerCase() === "b" ? Buffer.from(text, "base64") : decodeQ(text),
      ),
    ).toString("utf8"),
  );
}

function decodeQ(text: string): Buffer {
  const bytes = text
    .replaceAll("_", " ")
    .replaceAll(/=([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}
