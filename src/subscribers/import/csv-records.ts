import { MAX_LENGTH } from "./lines.js";
import type { Line } from "./lines.js";

interface RecordJoiner {
  /** Takes the next line and returns the records that it completes. */
  add(line: Line): readonly Line[];
  /** Returns the records that lack a closing quote at the end of the file. */
  end(): readonly Line[];
}

/**
 * Joins lines into CSV records: a quoted cell can hold line ends, and a record has an even number of quotes. If no record
 * follows from the lines after an open quote, only the line with that quote is refused, and reading continues with the next line, so
 * that one stray quote does not consume the rest of the list.
 * @param isRecord returns whether a joined text is one CSV record.
 */
export function createRecordJoiner(isRecord: (text: string) => boolean): RecordJoiner {
  let held: Extract<Line, { text: string }>[] = [];
  let length = 0;
  const release = () => {
    const lines = held;
    held = [];
    length = 0;
    return lines;
  };
  const refuseFirst = (): readonly Line[] => {
    const [first, ...rest] = release();
    return first ? [{ line: first.line, why: "has a quote that is never closed" }, ...rest.flatMap(add)] : [];
  };
  const close = (): readonly Line[] => {
    const text = held.map((line, at) => line.text + (at < held.length - 1 ? line.end : "")).join("");
    if (!isRecord(text)) return refuseFirst();
    const [first] = release();
    return first ? [{ ...first, text }] : [];
  };
  const add = (line: Line): readonly Line[] => {
    if (!("text" in line)) return [...end(), line];
    const odd = hasOddQuotes(line.text);
    if (held.length === 0 && !odd) return line.text.trim() === "" ? [] : [line];
    held.push(line);
    length += line.text.length;
    if (odd && held.length > 1) return close();
    return length > MAX_LENGTH ? refuseFirst() : [];
  };
  const end = (): readonly Line[] => (held.length === 0 ? [] : [...refuseFirst(), ...end()]);
  return { add, end };
}

function hasOddQuotes(text: string): boolean {
  return text.includes('"') && text.split('"').length % 2 === 0;
}
