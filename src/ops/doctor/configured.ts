import { counted } from "../../core/text.js";
import { isAbsent, fail, ok, skipped, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import { countReaders, countUnmatched } from "./readers.js";
import type { Readers } from "./readers.js";

/** The subject of the checks of a valid configuration. Each function builds a part as for a run, and discards it. */
export interface Configured {
  /** The sources of the settings, such as `paperboy.yaml`; empty if there are only defaults. */
  readonly files: readonly string[];
  /** Resolves sender, list and signatures. Throws PaperboyError `config-invalid`. */
  readonly sender: () => Promise<string>;
  /** Renders a sample letter with the configured templates. Throws PaperboyError `config-invalid`. */
  readonly templates: () => Promise<unknown>;
  readonly readers: Readers;
  readonly now: Date;
}

/** The configuration. `problem` is null if it is valid. */
export interface Configuration {
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
  readonly files: readonly string[];
}

export const CONFIGURATION_CHECKS: readonly Check<Configuration>[] = [
  {
    id: "config.settings",
    title: "the configuration is valid",
    why: "an unknown or invalid setting stops every command, so that no setting is silently ignored",
    limitMs: 1_000,
    run: ({ problem, files }) => Promise.resolve(checkSettings(problem, files)),
  },
];

function checkSettings(problem: Configuration["problem"], files: readonly string[]): Finding {
  if (problem) return fail(problem.message, problem.hint ?? "docs/configuration.md lists every setting.");
  return ok(files.length === 0 ? "no settings; the defaults apply" : `from ${files.join(", ")}`);
}

export const CONFIGURED_CHECKS: readonly Check<Configured>[] = [
  {
    id: "config.sender",
    title: "the sender and the signature are configured",
    why: "mail without a valid sender is refused, and unsigned mail goes to junk folders",
    limitMs: 5_000,
    run: async ({ sender }) => ok(await sender()),
  },
  {
    id: "config.templates",
    title: "a letter can be rendered",
    why: "a letter that cannot be rendered is not sent",
    limitMs: 10_000,
    run: async ({ templates }) => {
      await templates();
      return ok("a sample letter renders and passes every check");
    },
  },
  {
    id: "config.readers",
    title: "there are readers",
    why: "without readers a run mails nothing, which only its output reports",
    limitMs: 10_000,
    run: ({ readers }) => checkReaders(readers),
  },
  {
    id: "config.views",
    title: "every reader's view matches papers",
    why: "a reader whose topics match no paper gets no letter, and cannot tell why",
    limitMs: 60_000,
    run: ({ readers, now }) => checkViews(readers, now),
  },
];

const ADD_READER =
  "Set `to: [you@example.com]` in paperboy.yaml, or add readers with `paperboy subscribers add you@example.com`.";

async function checkReaders(readers: Readers): Promise<Finding> {
  const count = await countReaders(readers);
  if (isAbsent(count))
    return warn(`cannot count the readers: ${count.absent}`, "Fix the failed checks of the database first.");
  const { named, subscribed, waiting } = count;
  if (named + subscribed > 0) return ok(`${named} in \`to:\`, ${subscribed} subscribed`);
  const unconfirmed = waiting > 0 ? `; ${waiting} have not confirmed` : "";
  return warn(`there are no readers${unconfirmed}`, ADD_READER);
}

async function checkViews(given: Readers, now: Date): Promise<Finding> {
  const found = await countUnmatched(given, now);
  if (isAbsent(found)) return skipped(found.absent);
  const { readers, first, editions } = found;
  if (editions === 0) return skipped("there are no editions of a whole week yet");
  if (readers === 0) return ok("every view matched a paper of the last week");
  return warn(
    `no paper of the last week matches the view of ${counted(readers, "reader")}, such as ${first}`,
    "See their topics with `paperboy subscribers show ADDRESS`, and correct them with `paperboy subscribers set`.",
  );
}
