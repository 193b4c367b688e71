import { PaperboyError } from "../core/errors.js";
import { mostUrgent } from "../editions/results.js";
import { openProbe, PROBED_KINDS } from "../ops/probe.js";
import type { Probe, ProbedKind } from "../ops/probe.js";
import { utcDay } from "../core/calendar.js";
import { DEFAULTS } from "../config/defaults.js";
import { packageVersion } from "../core/project.js";
import type { App } from "../app/app.js";
import type { CommandModule, Outcome } from "./command.js";

/** `paperboy probe [KIND...]`: reports to maintainers which pages of the site can be read. */
export const probe: CommandModule = {
  description:
    "Fetch one page of each kind of source, read it as a run would, and print a short report to attach to a " +
    "bug report: the format used, the fields found, and differences from the known layout. It contains no addresses, settings " +
    "or papers. The exit status is that of layout-changed or fetch-failed if a page cannot be read.",
  examples: ["paperboy probe", "paperboy probe search trending", "paperboy probe --json"],
  define: (command, run) =>
    command
      .argument("[kind...]", `only these kinds: ${PROBED_KINDS.join(", ")}`)
      .action((kinds) => run((app) => probeSite(app, kinds))),
};

async function probeSite(app: App, wanted: readonly string[]): Promise<Outcome> {
  const kinds = wanted.length === 0 ? PROBED_KINDS : wanted.map(kindOf);
  const parts = await app.readOnly.parts({ quick: true });
  const probeKind = openProbe({ read: () => Promise.resolve(parts), source: (text) => app.source(text) });
  const probes: Probe[] = [];
  for (const kind of kinds) probes.push(await probeKind(kind));
  const failed = probes.filter(({ reason }) => reason !== null);
  const report = {
    date: utcDay(app.clock()),
    paperboy: packageVersion(),
    node: process.version,
    site: app.config.settings.site === DEFAULTS.site ? DEFAULTS.site : "another site",
    kinds: probes,
  };
  const message = `${probes.length - failed.length} of ${probes.length} kinds of page can be read`;
  const outcome = { message, data: markdownOf(report), result: { probe: report } };
  if (failed.length === 0) return outcome;
  return { ...outcome, reason: mostUrgent(failed.flatMap(({ reason }) => reason ?? [])) };
}

function kindOf(text: string): ProbedKind {
  const found = PROBED_KINDS.find((kind) => kind === text);
  if (found !== undefined) return found;
  throw new PaperboyError("usage", {
    message: `there is no kind of page called ${JSON.stringify(text)}`,
    hint: `The kinds: ${PROBED_KINDS.join(", ")}.`,
  });
}

interface Report {
  readonly date: string;
  readonly paperboy: string;
  readonly node: string;
  readonly site: string;
  readonly kinds: readonly Probe[];
}

function markdownOf({ date, paperboy, node, site, kinds }: Report): string {
  const rows = kinds.map(({ kind, name, reason, reader, papers, skipped }) =>
    [kind, name, reason ?? "ok", reader ?? "-", papers, skipped].join(" | "),
  );
  const details = kinds.flatMap(({ kind, papers, fields, drift }) => [
    `## ${kind}`,
    "",
    ...(papers === 0
      ? []
      : [
          `Fields of ${papers}: ${Object.entries(fields)
            .map(([field, count]) => `${field} ${count}`)
            .join(", ")}.`,
          "",
        ]),
    ...(drift.length === 0 ? ["No differences from the known format."] : drift.map((line) => `- ${line}`)),
    "",
  ]);
  return [
    "# Paperboy probe",
    "",
    `${date}, Paperboy ${paperboy}, Node ${node}, ${site}`,
    "",
    "| kind | asked for | result | reader | papers | skipped |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
    "",
    ...details,
  ].join("\n");
}
