import type * as z from "zod";
import { PaperboyError } from "../core/errors.js";
import { nearest } from "../core/nearest.js";
import { settingPaths } from "./schema.js";

/** A problem with a setting. `place` is, for example, `paperboy.yaml:2:1: vuew`. */
export interface Problem {
  readonly place: string;
  readonly says: string;
}

/** Returns a setting with its origin, if known. */
type PlaceOf = (setting: string) => string;

export const ADVICE = "docs/configuration.md lists every setting and its values.";

/** Returns one error for all problems, sorted by place. */
export function invalid(problems: readonly Problem[]): PaperboyError {
  const lines = problems
    .toSorted((a, b) => a.place.localeCompare(b.place, "en", { numeric: true }))
    .map(({ place, says }) => `${place}: ${says}`);
  const [only = ""] = lines;
  return lines.length === 1
    ? configInvalid(only, ADVICE)
    : configInvalid(`${lines.length} settings are invalid`, [...lines, ADVICE].join("\n"));
}

type Issue = z.core.$ZodIssue;

/** Converts an issue of the schema into problems with their places. */
export function describeIssue(issue: Issue, placeOf: PlaceOf, above: readonly PropertyKey[] = []): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], placeOf));
  const within = issue.code === "invalid_union" ? issue.errors.find(looksWithin) : undefined;
  if (within) return within.flatMap((inner) => describeIssue(inner, placeOf, path));
  return [{ place: placeOf(path.join(".")), says: issue.message }];
}

/** Whether the issues of a union's option concern only a part of the value, which shows that the user meant this option. */
function looksWithin(issues: readonly Issue[]): boolean {
  return issues.some(({ code, path }) => path.length > 0 || code === "unrecognized_keys");
}

/** Former names of settings, with their current names. */
export const RENAMED: Readonly<Record<string, string>> = {
  look: "branding",
  ping: "healthcheckUrl",
  operator: "alertTo",
  record: "records",
  "delivery.lanes": "delivery.connections",
};

/** Returns the message for a setting that was renamed. */
export function renamedTo(name: string): string {
  return `this setting is now called ${name}`;
}

function unknownKey(path: readonly PropertyKey[], placeOf: PlaceOf): Problem {
  const renamed = Object.entries(RENAMED).find(([before]) => before === path.join("."));
  if (renamed) return { place: placeOf(path.join(".")), says: renamedTo(renamed[1]) };
  const known = settingPaths();
  const all = [...new Set(known.flatMap((setting) => [setting.split(".")[0] ?? setting, setting]))];
  const elsewhere = known.find((setting) => setting.endsWith(`.${String(path.at(-1))}`));
  const meant = elsewhere ?? nearest(path.filter((part) => typeof part === "string").join("."), all);
  return { place: placeOf(path.join(".")), says: `unknown setting${didYouMean(meant)}` };
}

/** Returns a suggestion for the end of a message; empty if there is none. */
export function didYouMean(name: string | null): string {
  return name === null ? "" : `; did you mean ${name}?`;
}

/** Returns the error for a configuration that cannot be used. */
export function configInvalid(message: string, hint: string): PaperboyError {
  return new PaperboyError("config-invalid", { message, hint });
}
