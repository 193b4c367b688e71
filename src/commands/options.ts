import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Command, OptionValues } from "@commander-js/extra-typings";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { ABSTRACTS, ORDERS } from "../core/model.js";
import type { View } from "../core/model.js";
import { defaultView } from "../rank/view.js";

/** The flags that change what a letter contains; they stand over the `view` of the configuration. */
export interface ViewFlags {
  readonly include?: string[] | undefined;
  readonly exclude?: string[] | undefined;
  readonly author?: string[] | undefined;
  readonly organization?: string[] | undefined;
  readonly minUpvotes?: number | undefined;
  readonly withCode?: true | undefined;
  readonly limit?: number | undefined;
  readonly order?: View["order"] | undefined;
  readonly abstracts?: View["abstracts"] | undefined;
  readonly pictures?: true | undefined;
  readonly language?: string | undefined;
  readonly revisit?: number | undefined;
}

/** Declares the view flags on a command. */
export function withViewOptions<Args extends unknown[], Opts extends OptionValues>(command: Command<Args, Opts>) {
  return command
    .option("--include <phrase>", "keep papers that hold this word or phrase (may be given again)", collect)
    .option("--exclude <phrase>", "drop papers that hold it (may be given again)", collect)
    .option("--author <name>", "keep papers by this author (may be given again)", collect)
    .option("--organization <name>", "keep papers from this organisation (may be given again)", collect)
    .option("--min-upvotes <n>", "drop papers with fewer votes", wholeNumber)
    .option("--with-code", "drop papers without a code link")
    .option("--limit <n>", "at most this many papers", wholeNumber)
    .option("--order <order>", `how to order them: ${ORDERS.join(", ")}`, oneOf(ORDERS))
    .option("--abstracts <length>", `how much of each abstract: ${ABSTRACTS.join(", ")}`, oneOf(ABSTRACTS))
    .option("--pictures", "show each paper's thumbnail")
    .option("--language <tag>", "the letter's language, such as de")
    .option("--revisit <n>", "add up to this many earlier papers whose votes jumped since", wholeNumber);
}

/**
 * The view that a command works with: that of the house, and the flags over it.
 * @throws PaperboyError `usage`, naming the flag, for a value that the configuration would not take either.
 */
export async function viewOf(app: App, flags: ViewFlags): Promise<View> {
  return { ...defaultView(app.config.settings.view), ...(await viewFlagsOf(flags)) };
}

/** The view flags that were given, checked by the same rules as the configuration's `view`. Throws like `viewOf`. */
export async function viewFlagsOf(flags: ViewFlags): Promise<Partial<View>> {
  const wishes = given(Object.fromEntries(VIEW_FLAGS.map(({ flag, key }) => [key, flags[flag]])));
  if (Object.keys(wishes).length === 0) return {};
  const { checkView } = await import("../subscribers/preferences.js");
  const checked = checkView(wishes, nameOf);
  if (checked.ok) return checked.view;
  throw new PaperboyError("usage", { message: checked.why, hint: "docs/configuration.md says what `view` takes." });
}

const VIEW_FLAGS = [
  { flag: "include", key: "include", name: "--include" },
  { flag: "exclude", key: "exclude", name: "--exclude" },
  { flag: "author", key: "authors", name: "--author" },
  { flag: "organization", key: "organizations", name: "--organization" },
  { flag: "minUpvotes", key: "minUpvotes", name: "--min-upvotes" },
  { flag: "withCode", key: "withCode", name: "--with-code" },
  { flag: "limit", key: "limit", name: "--limit" },
  { flag: "order", key: "order", name: "--order" },
  { flag: "abstracts", key: "abstracts", name: "--abstracts" },
  { flag: "pictures", key: "pictures", name: "--pictures" },
  { flag: "language", key: "language", name: "--language" },
  { flag: "revisit", key: "revisit", name: "--revisit" },
] as const satisfies readonly { readonly flag: keyof ViewFlags; readonly key: keyof View; readonly name: string }[];

function nameOf(wanted: string): string {
  return VIEW_FLAGS.find(({ key }) => key === wanted)?.name ?? wanted;
}

/** Leaves out what was not given, so that absence never covers a value below. */
function given(values: object): Partial<View> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Gathers a flag that may be given again. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** A flag that takes a whole number from 0. */
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

/** A flag that takes an hour of the day, from 0 to 23. */
export function hourOfDay(text: string): number {
  if (!/^(?:[01]?\d|2[0-3])$/.test(text)) throw new InvalidArgumentError("Expected an hour from 0 to 23.");
  return Number(text);
}

/** A parser for a flag with a fixed set of values; they stand on it, for completion and documentation. */
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
