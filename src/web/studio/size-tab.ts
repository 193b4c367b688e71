import type { RenderedLetter } from "./preview.js";

const WHOLE = 100;

/** Returns the data of the size tab: the limits, the parts of the HTML, and the parts that were trimmed to fit. */
export function sizeContent({ letter, sizes, message }: RenderedLetter): Readonly<Record<string, unknown>> {
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
      // Selects the colour in studio.css.
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
