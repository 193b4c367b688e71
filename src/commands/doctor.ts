import type { CheckResult, ReadyCheck, Result } from "../ops/doctor/check.js";
import { runChecks, tally } from "../ops/doctor/check.js";
import { checksOf } from "../ops/doctor/table.js";
import { PaperboyError } from "../core/errors.js";
import { counted, paint, printable } from "../core/text.js";
import type { CommandModule, Outcome } from "./command.js";
import { doctorParts } from "../app/doctor.js";
import { doctorContext } from "../ops/doctor/context.js";
import { collect } from "./options.js";

/** `paperboy doctor`: checks the installation without sending mail. */
export const doctor: CommandModule = {
  description:
    "Check everything that letters depend on: this machine, the configuration, the database, the site, the mail " +
    "server, the sender's DNS, the unsubscribe links and the schedule. Prints one step to fix each problem. Sends no mail. " +
    "A failed check of the configuration ends with status 3, any other failed check with 10. " +
    "--only site also reads one page of each kind of source.",
  examples: ["paperboy doctor", "paperboy doctor --only smtp --only dns.dkim", "paperboy doctor --json"],
  define: (command, run) =>
    command
      .option("--only <check>", "run only this check, or all checks of a group such as smtp (repeatable)", collect)
      .action(({ only }) =>
        run(
          async (app) => {
            const wanted = chosen(checksOf(await doctorContext(doctorParts(app))), only);
            return outcomeOf(await runChecks(wanted));
          },
          { allowInvalidConfig: true },
        ),
      ),
};

/** Returns the checks with the given names. For an unknown name, throws PaperboyError `usage` with a list of the checks. */
function chosen(checks: readonly ReadyCheck[], only: readonly string[] | undefined): readonly ReadyCheck[] {
  if (!only) return checks.filter(({ onlyNamed }) => !onlyNamed);
  const unknown = only.find((name) => !checks.some(({ id }) => isNamed(id, name)));
  if (unknown === undefined) return checks.filter(({ id }) => only.some((name) => isNamed(id, name)));
  throw new PaperboyError("usage", {
    message: `unknown check ${unknown}`,
    hint: `The checks: ${checks.map(({ id }) => id).join(", ")}.`,
  });
}

function isNamed(id: string, name: string): boolean {
  return id === name || id.startsWith(`${name}.`);
}

function outcomeOf(results: readonly CheckResult[]): Outcome {
  const counts = tally(results);
  const failed = results.filter(({ result }) => result === "fail").map(({ id }) => id);
  const result = { counts, checks: results };
  const sum = `${counts.ok} ok, ${counted(counts.warn, "warning")}, ${counts.fail} failed, ${counts.skipped} skipped`;
  const list = `${shown(results).join("\n")}\n\n${sum}\n`;
  if (failed.length === 0) return { message: sum, data: printable(list), result };
  const message = `${failed.length} of ${results.length} checks failed: ${failed.join(", ")}`;
  // A wrong setting stops every run. Anything else, such as a missing DNS record, is a finding.
  const reason = failed.some((id) => isNamed(id, "config")) ? "config-invalid" : "checks-failed";
  const last = `${paint.bad(reason)}: ${message}\n`;
  return { reason, message, data: printable(list + last), result };
}

const MARKS: Readonly<Record<Result, string>> = { ok: "ok", warn: "WARN", fail: "FAIL", skipped: "-" };

const COLOURS: Readonly<Record<Result, (text: string) => string>> = {
  ok: paint.good,
  warn: paint.warn,
  fail: paint.bad,
  skipped: paint.dim,
};

/** Returns one line per check. Consecutive checks that were skipped for the same reason share a line. */
function shown(results: readonly CheckResult[]): string[] {
  return results.flatMap((check, index) => {
    if (check.result !== "skipped") return [described(check)];
    if (isSkippedAlike(check, results[index - 1])) return [];
    const rest = results.slice(index);
    const end = rest.findIndex((other) => !isSkippedAlike(check, other));
    const alike = end === -1 ? rest : rest.slice(0, end);
    const last = alike.at(-1);
    if (alike.length === 1 || last === undefined) return [described(check)];
    return [paint.dim(`${MARKS.skipped.padEnd(4)}  ${check.id} … ${last.id} (${alike.length}): ${check.detail}`)];
  });
}

function isSkippedAlike({ detail }: CheckResult, other: CheckResult | undefined): boolean {
  return other?.result === "skipped" && other.detail === detail;
}

function described({ id, title, why, result, detail, fix }: CheckResult): string {
  const head = `${COLOURS[result](MARKS[result].padEnd(4))}  ${id.padEnd(18)} ${title}: ${detail}`;
  if (fix === null) return head;
  return [head, `      why:  ${why}`, `      fix: ${fix}`].join("\n");
}
