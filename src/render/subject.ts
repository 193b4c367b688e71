import { clip } from "./clip.js";

/** What a subjectLine is made from. */
export interface SubjectParts {
  readonly titles: readonly string[];
  /** How many papers there are in all. */
  readonly total: number;
  /** The longest it may be, in characters. */
  readonly room: number;
  /** Words the rest, such as `+ 9 more`. */
  readonly more: (count: number) => string;
  /** What to say when there is no title at all. */
  readonly otherwise: string;
}

const SEPARATOR = " · ";
/** With less room than this a cut title says nothing. */
const LEAST = 40;

/**
 * The leading titles in one line: `Title one · Title two + 9 more`. As many whole titles as fit; then the first whole and
 * the next by their names (what stands before a colon); then the first alone; then the first cut at a word.
 */
export function subjectLine({ titles, total, room, more, otherwise }: SubjectParts): string {
  const [lead, second] = titles;
  if (lead === undefined) return clip(otherwise, room);
  const tell = (shown: readonly string[]) =>
    shown.join(SEPARATOR) + (total > shown.length ? ` ${more(total - shown.length)}` : "");
  const whole = [3, 2, 1].flatMap((count) => {
    const rest = titles.slice(1, count);
    return [tell([lead, ...rest]), tell([lead, ...rest.map(nameOf)])];
  });
  const fitting = whole.find((text) => text.length <= room);
  if (fitting !== undefined) return fitting;
  const roomFor = (rest: readonly string[]) => room - tell(["", ...rest]).length;
  const names = second === undefined || roomFor([nameOf(second)]) < LEAST ? [] : [nameOf(second)];
  return tell([clip(lead, Math.max(roomFor(names), 1)), ...names]);
}

/** `Lantern` of `Lantern: Faster Decoding for Long Contexts`; the title itself where no short name leads it. */
function nameOf(title: string): string {
  const [, name] = /^([^:]{3,40}):\s/u.exec(title) ?? [];
  return name ?? title;
}
