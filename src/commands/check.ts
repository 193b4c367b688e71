import { readDigest } from "../app/digest.js";
import { checkOptions, letterOf } from "../app/letter.js";
import { checkLetter, failedErrors } from "../render/checks/index.js";
import type { CheckResult, Finding } from "../render/checks/index.js";
import { fit, paint, printable, table } from "../core/text.js";
import type { CommandModule } from "./command.js";
import { TEMPLATES, viewOf, withViewOptions } from "./options.js";

/** The maximum number of findings per check in the table. */
const MOST_FINDINGS = 5;
const WIDTH = 100;

/** `paperboy check SOURCE`: runs every check on a letter. */
export const check: CommandModule = {
  description: "Render the letter and run the checks that `paperboy run` makes before it sends. Mails nothing.",
  examples: ["paperboy check yesterday", "paperboy check page.html --templates my-templates --json"],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "the source to check; see `paperboy --help`"))
      .option(...TEMPLATES)
      .action((source, { templates, ...flags }) =>
        run(async (app) => {
          const read = await readDigest(app, source, await viewOf(app, flags));
          if ("reason" in read) return read;
          const { digest } = read;
          const letter = await letterOf(app, digest, { templates });
          const { settings } = app.config;
          const results = checkLetter(letter, digest, checkOptions(settings, { readers: settings.to }));
          const message = summarise(results);
          const outcome = {
            message,
            data: `${checksTable(results)}\n${message}\n`,
            result: { edition: digest.edition.id, subject: letter.subject, checks: results },
          };
          return failedErrors(results).length > 0 ? { reason: "config-invalid", ...outcome } : outcome;
        }),
      ),
};

function summarise(results: readonly CheckResult[]): string {
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length === 0) return `all ${results.length} checks pass`;
  const names = (wanted: CheckResult["severity"]) =>
    failed.filter(({ severity }) => severity === wanted).map(({ id }) => id);
  const lists = [
    { word: "errors", ids: names("error") },
    { word: "warnings", ids: names("warning") },
  ].filter(({ ids }) => ids.length > 0);
  const failures = lists.map(({ word, ids }) => `${word}: ${ids.join(", ")}`).join("; ");
  return `${results.length - failed.length} of ${results.length} checks pass; ${failures}`;
}

function checksTable(results: readonly CheckResult[]): string {
  return printable(table(results.flatMap(checkRows)));
}

/** Formats a check: one line if it passes, otherwise its findings and the fix. */
function checkRows({ id, severity, requires, passed, findings, fix }: CheckResult): string[][] {
  if (passed) return [[paint.good("✓"), id, severity, paint.dim(requires)]];
  const mark = severity === "error" ? paint.bad("✗") : paint.warn("!");
  const shown = findings.slice(0, MOST_FINDINGS).map(describe);
  const more = findings.length > shown.length ? [`and ${findings.length - shown.length} more`] : [];
  const [first, ...rest] = [...shown, ...more, paint.strong(`fix: ${fix}`)];
  // Colour codes count as width in a table, so the cell below a mark needs them as well.
  return [[mark, id, severity, first], ...rest.map((line) => [paint.good(" "), "", "", line])];
}

function describe({ message, where, count = 1 }: Finding): string {
  const place = where ? ` (${fit(where, WIDTH)})` : "";
  return `${message}${place}${count > 1 ? `, ${count} times` : ""}`;
}
