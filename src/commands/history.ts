import type { RunRecord } from "../store/store.js";
import { fit, table } from "../terminal.js";
import type { CommandModule } from "./command.js";
import { wholeNumber } from "./options.js";

/** `paperboy history`: the last runs, newest first. */
export const history: CommandModule = {
  description: "List the last runs: when, of what, how each ended, and how long it took.",
  examples: ["paperboy history", "paperboy history --limit 50 --json"],
  define: (command, run) =>
    command.option("--limit <number>", "how many", wholeNumber, 20).action(({ limit }) =>
      run(async (app) => {
        const runs = await (await app.store()).runs.recent(limit);
        const lines = runs.map(({ startedAt, endedAt, source, reason, message }) => [
          startedAt.toISOString().slice(0, 16).replace("T", " "),
          `${((Number(endedAt) - Number(startedAt)) / 1000).toFixed(0)} s`,
          source ?? "(due)",
          reason,
          fit(message, 100),
        ]);
        const head = ["started (UTC)", "took", "source", "reason", "message"];
        return {
          message: `${runs.length} runs`,
          data: runs.length === 0 ? "nothing has run yet\n" : `${table([head, ...lines])}\n`,
          result: { runs: runs.map(toResult) },
        };
      }),
    ),
};

function toResult({ startedAt, endedAt, source, reason, message }: RunRecord) {
  return { startedAt: startedAt.toISOString(), endedAt: endedAt.toISOString(), source, reason, message };
}
