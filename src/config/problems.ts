import type * as z from "zod";
import { PaperboyError } from "../core/errors.js";
import { nearest } from "../core/nearest.js";
import { settingPaths } from "./schema.js";

/** What is wrong, and with what, as `paperboy.yaml:2:1: vuew`. */
export interface Problem {
  readonly place: string;
  readonly says: string;
}

/** Names a setting by its path, after its origin where that is known. */
type PlaceOf = (setting: string) => string;

/** Where all settings stand. */
export const ADVICE = "docs/configuration.md lists every setting and its values.";

/** Everything that is wrong, in the order of its places, as one error. */
export function invalid(problems: readonly Problem[]): PaperboyError {
  const lines = problems
    .toSorted((a, b) => a.place.localeCompare(b.place, "en", { numeric: true }))
    .map(({ place, says }) => `${place}: ${says}`);
  const [only = ""] = lines;
  return lines.length === 1
    ? configInvalid(only, ADVICE)
    : configInvalid(`${lines.length} settings are wrong`, [...lines, ADVICE].join("\n"));
}

type Issue = z.core.$ZodIssue;

/** What the schema complains of, with its place. */
export function describeIssue(issue: Issue, placeOf: PlaceOf, above: readonly PropertyKey[] = []): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key], placeOf));
  const within = issue.code === "invalid_union" ? issue.errors.find(looksWithin) : undefined;
  if (within) return within.flatMap((inner) => describeIssue(inner, placeOf, path));
  return [{ place: placeOf(path.join(".")), says: issue.message }];
}

/** Of the shapes that a value may have, the one whose complaint is about a part of it is the one that was meant. */
function looksWithin(issues: readonly Issue[]): boolean {
  return issues.some(({ code, path }) => path.length > 0 || code === "unrecognized_keys");
}

function unknownKey(path: readonly PropertyKey[], placeOf: PlaceOf): Problem {
  const known = settingPaths();
  const all = [...new Set(known.flatMap((setting) => [setting.split(".")[0] ?? setting, setting]))];
  const elsewhere = known.find((setting) => setting.endsWith(`.${String(path.at(-1))}`));
  const meant = elsewhere ?? nearest(path.filter((part) => typeof part === "string").join("."), all);
  return { place: placeOf(path.join(".")), says: `unknown setting${didYouMean(meant)}` };
}

/** A suggestion at the end of a complaint; nothing when there is none. */
export function didYouMean(name: string | null): string {
  return name === null ? "" : `; did you mean ${name}?`;
}

/** A configuration that cannot be used. */
export function configInvalid(message: string, hint: string): PaperboyError {
  return new PaperboyError("config-invalid", { message, hint });
}
