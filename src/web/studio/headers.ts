import { addressParser, decodeWords } from "postal-mime";

/** A message header, unfolded and decoded. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Returns the headers of a raw message (RFC 5322, section 2.2) in order. */
export function readHeaders(raw: string): Header[] {
  const [head = ""] = raw.split("\r\n\r\n", 1);
  const lines = head.replaceAll(/\r\n(?=[ \t])/g, "").split("\r\n");
  return lines.map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon), value: decodeWords(line.slice(colon + 1).trim()) };
  });
}

/** Returns the sender as an inbox shows it: the display name, or the address if there is none. */
export function senderName(from: string): string {
  const [sender] = addressParser(from);
  return sender?.name || sender?.address || from;
}
