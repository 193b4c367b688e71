import { clip } from "./clip.js";

/** The input of a subject line. */
export interface SubjectParts {
  readonly titles: readonly string[];
  /** The number of all papers. */
  readonly total: number;
  /** The maximum length in characters. */
  readonly room: number;
  /** Formats the number of other papers, such as `+ 9 more`. */
  readonly more: (count: number) => string;
  /** The subject if no title fits. */
  readonly otherwise: string;
}

const SEPARATOR = " · ";
/** A clipped title needs at least this many characters. */
const LEAST = 40;

/**
 * Returns the leading titles in one line: `Title one · Title two + 9 more`. Tries three full titles, then the first one with
 * the short names of the next two (the part before a colon), then fewer titles. If even one does not fit, clips it at a word.
 */
export function subjectLine({ titles, total, room, more, otherwise }: SubjectParts): string {
  const [lead, second] = titles;
  if (lead === undefined) return clip(otherwise, room);
  const join = (shown: readonly string[]) =>
    shown.join(SEPARATOR) + (total > shown.length ? ` ${more(total - shown.length)}` : "");
  const whole = [3, 2, 1].flatMap((count) => {
    const rest = titles.slice(1, count);
    return [join([lead, ...rest]), join([lead, ...rest.map(nameOf)])];
  });
  const fitting = whole.find((text) => text.length <= room);
  if (fitting !== undefined) return fitting;
  const roomFor = (rest: readonly string[]) => room - join(["", ...rest]).length;
  const names = second === undefined || roomFor([nameOf(second)]) < LEAST ? [] : [nameOf(second)];
  return join([clip(lead, Math.max(roomFor(names), 1)), ...names]);
}

/** Returns `Lantern` for `Lantern: Faster Decoding for Long Contexts`; the title itself if it has no short name. */
function nameOf(title: string): string {
  const [, name] = /^([^:]{3,40}):\s/u.exec(title) ?? [];
  return name ?? title;
}
