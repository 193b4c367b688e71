import { addDays, editionPeriod, utcDay } from "../core/calendar.js";
import { followedSource } from "../core/model.js";
import type { Edition, LikedText, View } from "../core/model.js";
import { comparisonOf } from "./closeness.js";
import { lastDayOf } from "./digest.js";
import { matcherFor } from "./match.js";

/** The number of recent editions that contain those of the last week, with catch-ups, weeks and a second channel. */
export const EDITIONS_OF_A_WEEK = 24;

const WEEK_DAYS = 7;
/** The site publishes on working days. With fewer, nothing is said about a week. */
const LEAST_DAYS = 5;

/** Returns the daily editions of the last seven days among recent ones; none if they have fewer than five days. */
export function editionsOfWeek(recent: readonly { readonly edition: Edition }[], now: Date): readonly Edition[] {
  const since = addDays(utcDay(now), -WEEK_DAYS);
  const editions = recent.map(({ edition }) => edition);
  const week = editions.filter(({ id }) => {
    const period = editionPeriod(id);
    return period?.kind === "day" && period.last >= since;
  });
  const days = new Set(week.flatMap(({ date, days = [date ?? ""] }) => days).filter((day) => day >= since));
  return days.size < LEAST_DAYS ? [] : week;
}

/** Whether a view can match no paper of a day. Views that follow a source of their own read no days. */
export function isSelective(view: View): boolean {
  const lists = [view.include, view.exclude, view.authors, view.organizations];
  const limits = [view.minUpvotes, view.minCloseness ?? 0, view.since ?? 0];
  const selects = view.withCode || lists.some((list) => list.length > 0) || limits.some((limit) => limit > 0);
  return selects && followedSource(view) === null;
}

/** Whether a view keeps no paper of a week; false without a week. Without `liked`, `minCloseness` does not count. Pure. */
export function matchesNothing(view: View, week: readonly Edition[], liked: readonly LikedText[] = []): boolean {
  if (week.length === 0 || !isSelective(view)) return false;
  return week.every((edition) => {
    const closeness = liked.length === 0 ? new Map() : comparisonOf(edition.papers).closenessTo(liked);
    const match = matcherFor(view, { lastDay: lastDayOf(edition), closeness });
    return !edition.papers.some((paper) => match(paper).isKept);
  });
}

/** Returns a function that tells whether a view keeps no paper of a week. Judges equal views once. */
export function unmatchedIn(week: readonly Edition[]): (view: View) => boolean {
  const judged = new Map<string, boolean>();
  return (view) => {
    if (week.length === 0 || !isSelective(view)) return false;
    const key = JSON.stringify(view);
    const known = judged.get(key) ?? matchesNothing(view, week);
    judged.set(key, known);
    return known;
  };
}
