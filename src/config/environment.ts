import { existsSync } from "node:fs";
import path from "node:path";
import { readText } from "../core/files.js";
import { nearest } from "../core/nearest.js";
import { readEnvFile } from "./env-file.js";
import { setPath } from "./layer.js";
import type { Layer, MutableTree, Path } from "./layer.js";
import { didYouMean, RENAMED, renamedTo } from "./problems.js";

/** Variables of a process or of a `.env` file. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Exceptions to the rule of `environmentName`. Users' scripts rely on these names (docs/configuration.md). */
const ENVIRONMENT_NAMES: Readonly<Record<string, string>> = {
  site: "PAPERBOY_SITE_URL",
  smtp: "PAPERBOY_SMTP_URL",
};

/** Variables that are not settings: the home, the password for `init`, and options of tests. */
const OTHER_ENVIRONMENT = /^PAPERBOY_(?:HOME|INIT_PASSWORD|CHROMIUM|PROPERTY_RUNS|TEST_[A-Z0-9_]+)$/;

/** The type to which the text of a variable is converted. */
type EnvironmentKind = "text" | "list" | "number" | "boolean";

/** Every setting that has an environment variable, with its type. */
export const ENVIRONMENT_SETTINGS: readonly { readonly path: string; readonly kind: EnvironmentKind }[] = [
  ...listPaths("", ["site", "from", "replyTo", "smtp", "contact", "secret", "templates", "store"], "text"),
  ...listPaths("", ["publicUrl", "unsubscribeAddress", "alertTo", "healthcheckUrl"], "text"),
  ...listPaths("", ["api", "archive", "records"], "boolean"),
  ...listPaths("delivery.", ["connections", "perSecond", "perMinute", "perHour", "perDay", "perDomain"], "number"),
  ...listPaths("", ["delivery.bounceDomain", "serve.host", "inbox.maildir", "inbox.done"], "text"),
  ...listPaths("inbox.imap.", ["host", "user", "password", "folder", "done"], "text"),
  ...listPaths("inbox.imap.", ["secure"], "boolean"),
  ...listPaths("", ["recordKeep", "serve.port", "inbox.imap.port"], "number"),
  ...listPaths("", ["to", "serve.trustedProxies", "serve.metricsFrom"], "list"),
  ...listPaths("serve.", ["hsts", "accessLog"], "boolean"),
  ...listPaths("view.", ["include", "exclude", "authors", "organizations", "interests"], "list"),
  ...listPaths("view.", ["minUpvotes", "limit", "fullUpTo", "leading", "revisit", "since", "minCloseness"], "number"),
  ...listPaths("view.", ["withCode", "pictures"], "boolean"),
  ...listPaths("view.", ["order", "abstracts", "language", "source"], "text"),
  ...listPaths("branding.", ["name", "accent", "logoUrl", "intro", "footer", "postal", "theme"], "text"),
];

/** Returns the variable of a setting: `view.minUpvotes` is `PAPERBOY_VIEW_MIN_UPVOTES`. */
export function environmentName(path: string): string {
  const words = path.replaceAll(/[.-]/g, "_").replaceAll(/([a-z])([A-Z])/g, "$1_$2");
  return ENVIRONMENT_NAMES[path] ?? `PAPERBOY_${words.toUpperCase()}`;
}

function listPaths(prefix: string, names: readonly string[], kind: EnvironmentKind) {
  return names.map((name) => ({ path: `${prefix}${name}`, kind }));
}

/** The variables of push targets. Only their confidential settings have one. */
const PUSH_VARIABLE = /^PAPERBOY_PUSH_([A-Z0-9_]+)_(URL|SECRET|TOKEN|CHAT)$/;

/**
 * Returns the setting of a push target that a variable sets, such as `push.my-team.url` for `PAPERBOY_PUSH_MY_TEAM_URL`; null
 * for other variables.
 */
export function pushSettingOf(variable: string): string | null {
  const [, name, part] = PUSH_VARIABLE.exec(variable) ?? [];
  if (name === undefined || part === undefined) return null;
  return `push.${name.toLowerCase().replaceAll("_", "-")}.${part.toLowerCase()}`;
}

/** Returns the variables of `.env`, then those of the process. An empty variable of the process removes one of `.env`. */
export function environmentLayers(home: string, environment: Variables): Layer[] {
  const file = path.join(home, ".env");
  const { variables, problems } = readEnvFile(existsSync(file) ? readText(file) : "");
  const fromFile = [...variables].flatMap(([name, { value }]) =>
    environment[name] === undefined ? [[name, value]] : [],
  );
  const layer = variableLayer(Object.fromEntries(fromFile) as Variables, (name) => {
    return `.env:${variables.get(name)?.line ?? 1}: ${name}`;
  });
  return [{ ...layer, problems: [...problems, ...layer.problems] }, variableLayer(environment, (name) => name)];
}

function variableLayer(variables: Variables, locate: (name: string) => string): Layer {
  const tree: MutableTree = {};
  for (const { path: setting, kind } of ENVIRONMENT_SETTINGS) {
    const text = variables[environmentName(setting)];
    if (text !== undefined && text !== "") setPath(tree, setting.split("."), READ_TEXT[kind](text));
  }
  for (const [name, text] of Object.entries(variables)) {
    const setting = pushSettingOf(name);
    if (setting !== null && text !== undefined && text !== "") setPath(tree, setting.split("."), text);
  }
  const problems = Object.keys(variables)
    .filter((name) => name.startsWith("PAPERBOY_") && !isKnown(name))
    .map((name) => ({ place: locate(name), says: unknownVariable(name, VARIABLE_NAMES) }));
  return { tree, problems, locate: (path) => locate(environmentName(namesIn(path).join("."))) };
}

const VARIABLE_NAMES = ENVIRONMENT_SETTINGS.map(({ path: setting }) => environmentName(setting));

function isKnown(name: string): boolean {
  return VARIABLE_NAMES.includes(name) || pushSettingOf(name) !== null || OTHER_ENVIRONMENT.test(name);
}

function namesIn(path: Path): string[] {
  return path.filter((part) => typeof part === "string");
}

const READ_TEXT: Readonly<Record<EnvironmentKind, (text: string) => unknown>> = {
  text: (text) => text,
  list: (text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean),
  number: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  boolean: (text) =>
    ({ true: true, "1": true, yes: true, false: false, "0": false, no: false })[text.toLowerCase()] ?? text,
};

/**
 * Returns the message for an unknown variable, with the new name if the setting was renamed, otherwise with the nearest known
 * name.
 */
function unknownVariable(name: string, known: readonly string[]): string {
  for (const [before, now] of Object.entries(RENAMED)) {
    const old = environmentName(before);
    if (name === old || name.startsWith(`${old}_`)) return renamedTo(environmentName(now) + name.slice(old.length));
  }
  return `unknown setting${didYouMean(nearest(name, known))}`;
}
