import type { Letter } from "../../core/model.js";
import { MARK } from "./frame.js";
import type { TabId } from "./tabs.js";

/** The place in the studio that shows the location of a finding. */
export interface FindingTarget {
  readonly tab: TabId;
  /** URL fragment within the tab; empty for the whole tab. */
  readonly fragment: string;
}

/**
 * Returns the place that shows the location of a finding, or null if there is none.
 * @param locations all locations in the HTML part (`findLocations`).
 */
export function locateFinding(where: string, letter: Letter, locations: ReadonlySet<string>): FindingTarget | null {
  if (where === "subject" || where === "preheader" || where === letter.subject || where === letter.preheader) {
    return { tab: "inbox", fragment: "" };
  }
  if (locations.has(where)) return { tab: "desktop", fragment: MARK };
  const line = lineOf(where, letter.text);
  if (line !== null) return { tab: "text", fragment: `line-${line}` };
  return where.startsWith("#") ? { tab: "desktop", fragment: where.slice(1) } : null;
}

/** Returns the line of the text part, from 1: the number in the location, or the first line that contains its quote. */
export function lineOf(where: string, text: string): number | null {
  const lines = text.split("\n");
  const [, number, quoted] = /^text part(?:, line (\d+)|: (.+))$/s.exec(where) ?? [];
  if (number) return Number(number);
  const index = lines.findIndex((line) => line.includes(quoted ?? where));
  return index < 0 ? null : index + 1;
}

/** Returns the URL fragment of a marked element: its own id if the mark is an id, otherwise `MARK`. */
export function fragmentOf(mark: string | null): string {
  if (mark === null) return "";
  return mark.startsWith("#") ? `#${encodeURIComponent(mark.slice(1))}` : `#${MARK}`;
}
