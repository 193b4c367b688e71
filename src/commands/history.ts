import { toMinute } from "../core/calendar.js";
import type { RunRecord } from "../store/store.js";
import { fit, printable, table } from "../core/text.js";
import type { CommandModule } from "./command.js";
import { wholeNumber } from "./options.js";

/** `paperboy history`: lists the last runs, newest first. */
export const history: CommandModule = {
  description: "List the last runs, newest first: start, duration, source and outcome.",
  examples: ["paperboy history", "paperboy history --limit 50 --json"],
  define: (command, withApp) =>
    command.option("--limit <number>", "number of runs", wholeNumber, 20).action(({ limit }) =>
      withApp(async (app) => {
        const runs = await (await app.store()).runs.recent(limit);
        return {
          message: `${runs.length} runs`,
          data: runs.length === 0 ? "no runs yet\n" : `${printable(drawRuns(runs, app.environment.stdout.columns))}\n`,
          result: { runs: runs.map(toResult) },
        };
      }),
    ),
};

const HEAD = ["started (UTC)", "took", "source", "reason"] as const;
/** The minimum width of a message, in columns. */
const MIN_MESSAGE = 20;

/** Formats one line per run, truncated to the width of the terminal. */
function drawRuns(runs: readonly RunRecord[], columns: number | undefined): string {
  const rows = runs.map(({ startedAt, endedAt, source, reason }) => [
    toMinute(startedAt),
    `${((Number(endedAt) - Number(startedAt)) / 1000).toFixed(0)} s`,
    fit(source ?? "(due)", 30),
    reason,
  ]);
  const used =
    Math.max(
      ...table([HEAD, ...rows])
        .split("\n")
        .map((line) => line.length),
    ) + 2;
  const room = columns === undefined ? Infinity : Math.max(columns - used, MIN_MESSAGE);
  const lines = rows.map((row, index) => [...row, fit(runs[index]?.message ?? "", room)]);
  return table([[...HEAD, "message"], ...lines]);
}

function toResult({ startedAt, endedAt, source, reason, message }: RunRecord) {
  return { startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString(), source, reason, message };
}
