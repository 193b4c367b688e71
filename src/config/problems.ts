import type * as z from "zod";
import { PaperboyError } from "../core/errors.js";
import { nearest } from "../core/nearest.js";
import { environmentName, settingPaths } from "./schema.js";

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

/** Former names of settings, with their current names. */
const RENAMED: Readonly<Record<string, string>> = {
  look: "branding",
  ping: "healthcheckUrl",
  operator: "alertTo",
  record: "records",
  "delivery.lanes": "delivery.connections",
};

/** Describes an unknown environment variable: its new name where the setting was renamed, else the nearest known name. */
export function unknownVariable(name: string, known: readonly string[]): string {
  for (const [before, now] of Object.entries(RENAMED)) {
    const old = environmentName(before);
    if (name === old || name.startsWith(`${old}_`)) return renamedTo(environmentName(now) + name.slice(old.length));
  }
  return `unknown setting${didYouMean(nearest(name, known))}`;
}

function renamedTo(name: string): string {
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

/** A suggestion at the end of a message; empty when there is none. */
function didYouMean(name: string | null): string {
  return name === null ? "" : `; did you mean ${name}?`;
}

/** A configuration that cannot be used. */
export function configInvalid(message: string, hint: string): PaperboyError {
  return new PaperboyError("config-invalid", { message, hint });
}
