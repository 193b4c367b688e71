import { isAbsent, fail, ok, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import { countReaders } from "./readers.js";
import type { Readers } from "./readers.js";

/** What was configured; each part is tried as a run would, and thrown away. */
export interface Configured {
  /** The places that gave settings, such as `paperboy.yaml`; none: the defaults serve. */
  readonly places: readonly string[];
  /** Makes out sender, list and signatures. Throws PaperboyError `config-invalid`. */
  readonly sender: () => Promise<string>;
  /** Renders a specimen with the configured templates. Throws PaperboyError `config-invalid`. */
  readonly templates: () => Promise<unknown>;
  readonly readers: Readers;
}

/** The configuration as a whole: what is wrong with it, or null. */
export interface Configuration {
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
  readonly places: readonly string[];
}

export const CONFIGURATION_CHECKS: readonly Check<Configuration>[] = [
  {
    id: "config.settings",
    title: "the configuration can be read",
    why: "a setting that is unknown or wrong stops every command, so that no wish is silently ignored",
    limitMs: 1_000,
    run: ({ problem, places }) => Promise.resolve(checkSettings(problem, places)),
  },
];

function checkSettings(problem: Configuration["problem"], places: readonly string[]): Finding {
  if (problem) return fail(problem.message, problem.hint ?? "docs/configuration.md has every setting.");
  return ok(places.length === 0 ? "nothing is set: the defaults serve" : `from ${places.join(", ")}`);
}

export const CONFIGURED_CHECKS: readonly Check<Configured>[] = [
  {
    id: "config.sender",
    title: "the sender and its signature are set",
    why: "mail without a real sender is refused, and unsigned mail ends in junk folders",
    limitMs: 5_000,
    run: async ({ sender }) => ok(await sender()),
  },
  {
    id: "config.templates",
    title: "a letter can be rendered",
    why: "a letter that cannot be rendered does not go out",
    limitMs: 10_000,
    run: async ({ templates }) => {
      await templates();
      return ok("one that nobody wrote passes every check");
    },
  },
  {
    id: "config.readers",
    title: "somebody gets the letter",
    why: "without a reader a run has nobody to mail, and says so only to whoever reads its log",
    limitMs: 10_000,
    run: ({ readers }) => checkReaders(readers),
  },
];

const NAME_ONE =
  "Set `to: [you@example.com]` in paperboy.yaml, or add readers with `paperboy subscribers add you@example.com`.";

async function checkReaders(readers: Readers): Promise<Finding> {
  const count = await countReaders(readers);
  if (isAbsent(count)) return warn(`readers cannot be counted: ${count.absent}`, "Fix the checks of the database.");
  const { named, subscribed, waiting } = count;
  if (named + subscribed > 0) return ok(`${named} in \`to:\`, ${subscribed} subscribed`);
  const unconfirmed = waiting > 0 ? `; ${waiting} have not confirmed` : "";
  return warn(`nobody is configured to get it${unconfirmed}`, NAME_ONE);
}
