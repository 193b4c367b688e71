import type { Made } from "./preview.js";

const WHOLE = 100;

/** What the tab of sizes shows: each limit, the HTML part divided, and what it took to fit. */
export function sizePane({ letter, sizes, message }: Made): Readonly<Record<string, unknown>> {
  const [html = { bytes: 1, most: 1 }] = sizes.limits;
  const room = Math.max(html.most, html.bytes);
  return {
    limits: sizes.limits.map(({ name, bytes, most }) => ({
      name,
      value: bytes,
      max: most,
      bytes: number(bytes),
      most: number(most),
      share: percent(bytes, most),
    })),
    room: number(room),
    bar: sizes.parts.map(({ name, bytes }, index) => ({
      name,
      // Colours go by number; a part begins where those before it end.
      number: index + 1,
      bytes: number(bytes),
      share: percent(bytes, html.bytes),
      x: sizes.parts.slice(0, index).reduce((sum, part) => sum + (WHOLE * part.bytes) / room, 0),
      width: (WHOLE * bytes) / room,
    })),
    inlineStyles: number(sizes.inlineStyles),
    textEncoded: number(sizes.textEncoded),
    message: message && number(message.raw.byteLength),
    trimmed: letter.trimmed ?? { shortened: 0, titlesOnly: 0, left: 0 },
  };
}

function percent(part: number, whole: number): number {
  return Math.round((WHOLE * part) / whole);
}

function number(value: number): string {
  return value.toLocaleString("en");
}
