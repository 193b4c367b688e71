import { parsePeriod } from "../core/calendar.js";
import { followedSource } from "../core/model.js";
import type { Edition, Source, View } from "../core/model.js";
import type { Frequency } from "../store/store.js";

const FREQUENCY_OF: Readonly<Record<string, Frequency>> = { week: "weekly", month: "monthly" };

/** Returns the frequency of an edition. The id of an edition for followers contains it: `search:WORDS@2026-W11`. */
export function frequencyOf({
  id,
  kind,
}: {
  readonly id: string;
  readonly kind: Source["kind"] | Edition["kind"];
}): Frequency {
  return FREQUENCY_OF[parsePeriod(id.split("@").at(-1) ?? "")?.kind ?? kind] ?? "daily";
}

/** Returns the source that a view follows instead of that of an edition; null if the edition is for readers of the view. */
export function followsOther(
  view: Pick<View, "source">,
  { source, forFollowers }: Pick<Edition, "source" | "forFollowers">,
): string | null {
  const follows = followedSource(view);
  const isTheirs = follows === source || (follows === null && !forFollowers);
  return isTheirs ? null : (follows ?? "the days of the site");
}
