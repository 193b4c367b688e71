import type { Letter } from "../../core/model.js";
import { MARK } from "./frame.js";
import type { TabId } from "./tabs.js";

/** Where in the studio a place is to be seen. */
export interface Jump {
  readonly tab: TabId;
  /** The name of the place on that tab; empty for the tab as a whole. */
  readonly fragment: string;
}

/**
 * Where the place that a check named can be seen; null when it names none.
 * @param places the paths of all elements of the HTML part (`findPlaces`).
 */
export function jumpTo(where: string, letter: Letter, places: ReadonlySet<string>): Jump | null {
  if (where === "subject" || where === "preheader" || where === letter.subject || where === letter.preheader) {
    return { tab: "inbox", fragment: "" };
  }
  if (places.has(where)) return { tab: "desktop", fragment: MARK };
  const line = lineOf(where, letter.text);
  if (line !== null) return { tab: "text", fragment: `line-${line}` };
  return where.startsWith("#") ? { tab: "desktop", fragment: where.slice(1) } : null;
}

/** The line of the text part, from 1: as a number in the place's name, or the first that holds what it quotes. */
export function lineOf(where: string, text: string): number | null {
  const lines = text.split("\n");
  const [, number, quoted] = /^text part(?:, line (\d+)|: (.+))$/s.exec(where) ?? [];
  if (number) return Number(number);
  const index = lines.findIndex((line) => line.includes(quoted ?? where));
  return index < 0 ? null : index + 1;
}

/** The end of a frame's address at which the place is to be seen: an element's own name, or the mark that it gets. */
export function fragmentOf(mark: string | null): string {
  if (mark === null) return "";
  return mark.startsWith("#") ? `#${encodeURIComponent(mark.slice(1))}` : `#${MARK}`;
}
