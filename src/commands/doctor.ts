import type { Examined, Result } from "../doctor/check.js";
import { examine, tally } from "../doctor/examine.js";
import { checksOf } from "../doctor/table.js";
import { PaperboyError } from "../errors.js";
import { paint } from "../terminal.js";
import type { CommandModule, Outcome } from "./command.js";
import { patientOf } from "./doctor-patient.js";
import { collect } from "./options.js";

/** `paperboy doctor`: is everything in order? Nothing that it does mails anybody. */
export const doctor: CommandModule = {
  description:
    "Look at everything that a letter needs on its way: this machine, the configuration, the database, the site, the mail " +
    "server, the sender's names, the links to leave, and the schedule. What is wrong is told with one step that mends it. Nobody is mailed.",
  examples: ["paperboy doctor", "paperboy doctor --only smtp.login --only smtp.certificate", "paperboy doctor --json"],
  define: (command, run) =>
    command
      .option("--only <check>", "this check alone, or all of a group such as smtp (may be given again)", collect)
      .action(({ only }) =>
        run(
          async (app) => {
            const checks = checksOf(await patientOf(app));
            const wanted = checks.filter(
              ({ id }) => !only || only.some((name) => id === name || id.startsWith(`${name}.`)),
            );
            if (wanted.length === 0) {
              throw new PaperboyError("usage", {
                message: `no check is called ${only?.join(" or ") ?? ""}`,
                hint: `The checks: ${checks.map(({ id }) => id).join(", ")}.`,
              });
            }
            return told(await examine(wanted));
          },
          { evenMisconfigured: true },
        ),
      ),
};

function told(examined: readonly Examined[]): Outcome {
  const counts = tally(examined);
  const failed = counts.fail > 0;
  const result = { counts, checks: examined };
  const sum = `${counts.ok} in order, ${counts.warn} to look at, ${counts.fail} failed, ${counts.skipped} skipped`;
  const data = `${examined.map(shown).join("\n")}\n\n${sum}\n`;
  return failed
    ? { reason: "config-invalid", message: `${counts.fail} of ${examined.length} checks failed`, data, result }
    : { message: sum, data, result };
}

const MARKS: Readonly<Record<Result, string>> = { ok: "ok", warn: "LOOK", fail: "FAIL", skipped: "-" };

const COLOURS: Readonly<Record<Result, (text: string) => string>> = {
  ok: paint.good,
  warn: paint.warn,
  fail: paint.bad,
  skipped: paint.dim,
};

function shown({ id, title, why, result, detail, mend }: Examined): string {
  const head = `${COLOURS[result](MARKS[result].padEnd(4))}  ${id.padEnd(18)} ${title}: ${detail}`;
  if (mend === null) return head;
  return [head, `      why:  ${why}`, `      mend: ${mend}`].join("\n");
}
