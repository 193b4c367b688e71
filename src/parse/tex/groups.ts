/** Longer arguments are not read. */
export const MAX_ARGUMENT_LENGTH = 2000;

/** The arguments of a command: groups in braces, one after the other. */
interface Groups {
  readonly found: readonly string[];
  readonly end: number;
}

const OPTIONS = String.raw`(?:\[[^[\]{}]{0,100}\])*`;
/** The text that may precede a group: optional `[...]` arguments, and a space where `spaced` allows it. */
const BEFORE_GROUP = { true: new RegExp(`^${OPTIONS} ?(?=\\{)`), false: new RegExp(`^${OPTIONS}`) };

/** Reads up to `most` groups. `spaced` allows a space before a group, as `\href{..} {..}` has. */
export function readGroups(source: string, start: number, { most, spaced }: { most: number; spaced: boolean }): Groups {
  const found: string[] = [];
  let end = start;
  while (found.length < most) {
    const before = BEFORE_GROUP[`${spaced}`].exec(source.slice(end, end + 210))?.[0] ?? "";
    const open = end + before.length;
    const close = source.charAt(open) === "{" ? closingBrace(source, open) : -1;
    if (close < 0) break;
    found.push(source.slice(open + 1, close));
    end = close + 1;
  }
  return { found, end };
}

function closingBrace(source: string, open: number): number {
  const window = source.slice(open, open + MAX_ARGUMENT_LENGTH);
  let level = 0;
  for (const { index, 0: sign } of window.matchAll(/\\.|[{}]/gs)) {
    level += sign === "{" ? 1 : sign === "}" ? -1 : 0;
    if (level === 0) return open + index;
  }
  return -1;
}
