import type { App } from "../app/app.js";
import { table } from "../app/terminal.js";
import type { CommandModule } from "./command.js";

/** `paperboy config`: what holds, and where it comes from. */
export const config: CommandModule = {
  description:
    "Show every setting that holds and where it comes from: the file with its line, the environment, or the default. " +
    "Secrets are masked. With --schema: the JSON Schema of paperboy.yaml, for editors.",
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

export interface EffectiveSetting {
  /** Such as `view.limit`. */
  readonly setting: string;
  /** Masked where it is secret. */
  readonly value: unknown;
  /** `default`, `paperboy.yaml:4:10`, `.env:2: PAPERBOY_FROM` or `PAPERBOY_FROM`. */
  readonly from: string;
}

/** Every setting that has a value, in the order of the schema; lists stand whole. */
export function effectiveSettings({
  settings,
  origins,
}: Pick<App["config"], "settings" | "origins">): EffectiveSetting[] {
  return leavesOf(settings, []).map(([path, value]) => {
    const setting = path.join(".");
    return { setting, value: masked(setting, value), from: origins.get(setting) ?? "default" };
  });
}

type Leaf = readonly [path: readonly string[], value: unknown];

function leavesOf(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

const MASK = "***";

/** What must not be seen over a shoulder or in a bug report, and what is left of it. */
const SECRETS: Readonly<Record<string, (value: unknown) => unknown>> = {
  secret: () => MASK,
  "smtp.password": () => MASK,
  "inbox.imap.password": () => MASK,
  smtp: (value) => withoutPassword(String(value)),
  site: (value) => withoutPassword(String(value)),
  // Whoever knows the address can say that all is well.
  healthcheckUrl: hostOf,
};

/** Whoever knows these can write to a team's channel, or in Paperboy's name. */
const PUSH_SECRETS: Readonly<Record<string, (value: unknown) => unknown>> = {
  url: hostOf,
  token: () => MASK,
  secret: () => MASK,
};

/** An address of which the host alone may be seen. */
function hostOf(value: unknown): string {
  return String(value).replace(/^([a-z]+:\/\/)(?:.*@)?([^/]*)\/.*$/i, `$1$2/${MASK}`);
}

/** The user may stay, since it tells which account is meant; unless it is the password, too (Postmark's token is both). */
function withoutPassword(url: string): string {
  return url
    .replace(/^([a-z]+:\/\/)([^:@/]*):\2@/i, `$1${MASK}:${MASK}@`)
    .replace(/^([a-z]+:\/\/[^:@/]*):.*@/i, `$1:${MASK}@`);
}

function masked(setting: string, value: unknown): unknown {
  const [, part = ""] = /^push\.[^.]+\.(\w+)$/.exec(setting) ?? [];
  return (SECRETS[setting] ?? PUSH_SECRETS[part])?.(value) ?? value;
}
