import type * as z from "zod";
import { settingsSchema } from "../config/schema.js";
import { parsePeriod } from "../core/calendar.js";
import type { View } from "../core/model.js";

/** The schema of `view` in the configuration, so that the same ranges apply to subscribers' views. */
const viewSchema = settingsSchema.shape.view.unwrap();

/** A valid part of a view, or the reason why it is invalid. */
export type CheckedView =
  { readonly ok: true; readonly view: Partial<View> } | { readonly ok: false; readonly why: string };

/**
 * Checks a part of a view by the rules of the configuration. A `limit` of null means no limit.
 * @param nameOf returns the name of a key for messages: the name of a column or a flag.
 */
export function checkView(given: Readonly<Record<string, unknown>>, nameOf: (key: string) => string): CheckedView {
  // The configuration has no null; it omits the key if there is no limit.
  const { limit, ...others } = given;
  const checked = viewSchema.safeParse(limit === null ? others : given);
  if (!checked.success) return { ok: false, why: explainIssues(checked.error, given, nameOf) };
  const view = Object.fromEntries(Object.entries(checked.data).filter(([, value]) => value !== undefined));
  return { ok: true, view: limit === null ? { ...view, limit: null } : view };
}

/** Returns all issues of a schema in one line, each with the name and the value. */
export function explainIssues(
  error: z.ZodError,
  given: Readonly<Record<string, unknown>>,
  nameOf: (key: string) => string,
): string {
  return error.issues
    .map(({ path: [key = ""], message }) => `${nameOf(String(key))} ${quoted(given[String(key)])}: ${message}`)
    .join("; ");
}

/** Returns a value as JSON, truncated to 60 characters. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export const EXPECTED_INSTANT = "expected a day such as 2026-10-02, or an instant such as 2026-10-02T07:00:00Z";

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Parses a day (its start in UTC) or an ISO 8601 instant with an offset. Returns undefined for anything else. */
export function parseInstant(value: unknown): Date | undefined {
  const [text, day] = (typeof value === "string" && INSTANT.exec(value)) || [];
  if (text === undefined || day === undefined || !parsePeriod(day)?.span) return undefined;
  const instant = new Date(text);
  return Number.isNaN(Number(instant)) ? undefined : instant;
}
