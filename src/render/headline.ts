import { characters, clip } from "./clip.js";

/** What a headline is made from. */
export interface HeadlineParts {
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
/** With less room than this a title says nothing. */
const LEAST = 24;

/**
 * The leading titles in one line: `Title one · Title two + 9 more`. As many whole titles as fit; then the first whole and
 * the second by its name (what stands before a colon); then the first one, cut at a word.
 */
export function headline({ titles, total, room, more, otherwise }: HeadlineParts): string {
  const rest = (shown: number) => (total > shown ? ` ${more(total - shown)}` : "");
  const [lead] = titles;
  if (lead === undefined) return clip(otherwise, room);
  const counts = [3, 2].filter((count) => titles.length >= count);
  const candidates = counts
    .flatMap((count) => [titles.slice(0, count), [lead, ...titles.slice(1, count).map(nameOf)]])
    .map((shown) => shown.join(SEPARATOR) + rest(shown.length));
  const fitting = candidates.find((text) => characters(text) <= room);
  return fitting ?? clip(lead, Math.max(room - characters(rest(1)), LEAST)) + rest(1);
}

/** `Lantern` of `Lantern: Faster Decoding for Long Contexts`; the title itself where no short name leads it. */
function nameOf(title: string): string {
  const [, name] = /^([^:]{3,40}):\s/u.exec(title) ?? [];
  return name ?? title;
}
