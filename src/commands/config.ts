import { table } from "../core/text.js";
import { effectiveSettings } from "../config/secrets.js";
import type { CommandModule } from "./command.js";

/** `paperboy config`: the effective settings and their origins. */
export const config: CommandModule = {
  description:
    "Show every effective setting and its origin: the file and line, the environment, or the default. " +
    "Secrets are masked. --schema prints the JSON Schema of paperboy.yaml, for editors.",
  examples: ["paperboy config", "paperboy config --json", "paperboy config --schema > paperboy.schema.json"],
  define: (command, run) =>
    command.option("--schema", "print the JSON Schema of paperboy.yaml instead").action(({ schema }) =>
      run(async (app) => {
        if (schema) {
          const { settingsJsonSchema } = await import("../config/schema.js");
          const written = settingsJsonSchema();
          return {
            message: "the schema of the configuration",
            data: `${JSON.stringify(written, null, 2)}\n`,
            result: { schema: written },
          };
        }
        const rows = effectiveSettings(app.config);
        return {
          message: `${rows.length} settings`,
          data: `${table(rows.map(({ setting, value, from }) => [setting, JSON.stringify(value), from]))}\n`,
          result: { home: app.home, settings: rows },
        };
      }),
    ),
};
