import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { ABSTRACTS, ORDERS, withInterests } from "../core/model.js";
import type { View } from "../core/model.js";
import { defaultView } from "../rank/view.js";

/** The keys of a view, by the flag that sets them, as commander names it. */
const VIEW_KEYS = {
  include: "include",
  exclude: "exclude",
  author: "authors",
  organization: "organizations",
  minUpvotes: "minUpvotes",
  withCode: "withCode",
  limit: "limit",
  order: "order",
  abstracts: "abstracts",
  pictures: "pictures",
  language: "language",
  revisit: "revisit",
  since: "since",
  source: "source",
  interests: "interests",
  minCloseness: "minCloseness",
} as const satisfies Readonly<Record<string, keyof View>>;

/** The flags that change the contents of a letter. They override the setting `view`. */
export type ViewFlags = { readonly [Flag in keyof typeof VIEW_KEYS]?: View[(typeof VIEW_KEYS)[Flag]] | undefined };

/** The flag for a folder of templates. */
export const TEMPLATES = [
  "--templates <dir>",
  "a folder of templates that replace the built-in ones of the same name",
] as const;

/** The help of an argument that names an edition. */
export const EDITION = "an edition: its id, or the SOURCE of its run, such as 2026-10-02 or yesterday";

/** The help of an argument that names a record. */
export const RECORD_NAME =
  "a record: a folder in records/, or an edition such as 2026-10-02 or yesterday, whose newest record is used";
export const RECORD = `${RECORD_NAME}; default: the newest one`;

/** Declares the view flags on a command. */
export function withViewOptions<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  return command
    .option("--include <phrase>", "keep papers with this word or phrase (repeatable)", collect)
    .option("--exclude <phrase>", "drop papers with this word or phrase (repeatable)", collect)
    .option("--author <name>", "keep papers by this author (repeatable)", collect)
    .option("--organization <name>", "keep papers from this organisation (repeatable)", collect)
    .option("--min-upvotes <n>", "drop papers with fewer votes than this", wholeNumber)
    .option("--with-code", "drop papers without a code link")
    .option("--limit <n>", "include at most this many papers", wholeNumber)
    .option("--order <order>", `order of the papers: ${ORDERS.join(", ")}`, oneOf(ORDERS))
    .option("--abstracts <length>", `length of the abstracts: ${ABSTRACTS.join(", ")}`, oneOf(ABSTRACTS))
    .option("--pictures", "show the picture of the first paper")
    .option("--language <tag>", "language of the letter, such as de")
    .option("--revisit <n>", "add up to this many earlier papers whose votes have jumped", wholeNumber)
    .option(
      "--since <days>",
      "drop papers that were published more than this many days before the edition",
      wholeNumber,
    )
    .option(
      "--interests <file>",
      "papers that you like: a .bib, .ris, .json (CSL) or .txt file, or an arXiv id (repeatable)",
      collect,
    )
    .option(
      "--min-closeness <n>",
      "drop papers that are less close to your interests than this, from 0 to 100",
      wholeNumber,
    );
}

/**
 * Returns the view of a command: the default view, overridden by the flags.
 * @throws PaperboyError `usage`, with the name of the flag, for an invalid value.
 */
export async function viewOf(app: Pick<App, "config" | "environment">, flags: ViewFlags): Promise<View> {
  return withViewFlags(defaultView(app.config.settings.view), await viewFlagsOf(app, flags));
}

/** Returns a view, overridden by flags. `--interests` without `--order` sorts by interests. */
function withViewFlags(view: View, flags: Partial<View>): View {
  const changed = { ...view, ...flags };
  return flags.interests && flags.order === undefined ? withInterests(changed, flags.interests) : changed;
}

/** Returns the given view flags, validated like the setting `view`. Throws the same error as `viewOf`. */
export async function viewFlagsOf(app: Pick<App, "environment">, flags: ViewFlags): Promise<Partial<View>> {
  const interests =
    flags.interests && (await (await import("../app/interests.js")).interestsFrom(app, flags.interests));
  const values = { ...flags, interests };
  // Undefined values would override defaults.
  const wanted = Object.entries(VIEW_KEYS).flatMap(([flag, key]) => {
    const value = values[flag as keyof ViewFlags];
    return value === undefined ? [] : [[key, value]];
  });
  if (wanted.length === 0) return {};
  const { checkView } = await import("../subscribers/preferences.js");
  const checked = checkView(Object.fromEntries(wanted), flagOf);
  if (checked.ok) return checked.view;
  throw new PaperboyError("usage", { message: checked.why, hint: "docs/configuration.md describes `view`." });
}

/** Returns the flag of a setting of the view, such as `--min-upvotes`. */
function flagOf(setting: string): string {
  const flag = Object.entries(VIEW_KEYS).find(([, key]) => key === setting)?.[0] ?? setting;
  return `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Collects the values of a repeatable flag. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Parses a whole number from 0. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

/** Parses a port number from 0 to 65535. */
export function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  return port;
}

/** Parses an hour of the day, from 0 to 23. */
export function hourOfDay(text: string): number {
  if (!/^(?:[01]?\d|2[0-3])$/.test(text)) throw new InvalidArgumentError("Expected an hour from 0 to 23.");
  return Number(text);
}

/** Returns a parser for a flag with a fixed set of values. Completion and documentation read its `values`. */
export function oneOf<const T extends string>(
  values: readonly T[],
): ((text: string) => T) & { readonly values: readonly T[] } {
  const parse = (text: string): T => {
    const found = values.find((value) => value === text);
    if (found === undefined) throw new InvalidArgumentError(`Expected one of: ${values.join(", ")}.`);
    return found;
  };
  return Object.assign(parse, { values });
}
