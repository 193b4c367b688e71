import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { App } from "../app/app.js";

/** Names of settings whose whole value is secret, wherever they stand. */
const SECRET_SETTINGS = /(?:^|\.)(?:secret|password|token)$/;
/** Names of settings that are addresses, with a secret in them: a login, or the path itself. */
const SECRET_ADDRESSES = /^(?:smtp|site|store|ping|push\.[^.]+\.url)$/;
/** Names of variables that hold secrets by the habit of naming them so; not only ours. */
const SECRET_VARIABLES = /PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|COOKIE|_DSN$|SMTP_URL|PING/i;

/**
 * Every secret that this installation knows, as plain texts: for taking them out of what leaves the machine. A configuration
 * that is wrong still gives those of the environment and of the key file.
 */
export function secretsOf(app: App): readonly string[] {
  return [...configuredSecrets(app), ...variableSecrets(app), ...keyLines(app)].filter(Boolean);
}

function configuredSecrets(app: App): string[] {
  try {
    return leavesOf(app.config.settings, "").flatMap(([setting, value]) => {
      if (SECRET_SETTINGS.test(setting)) return [value];
      return SECRET_ADDRESSES.test(setting) ? partsOf(value) : [];
    });
  } catch {
    return [];
  }
}

function leavesOf(value: unknown, setting: string): (readonly [setting: string, value: string])[] {
  if (typeof value === "string") return [[setting, value]];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, setting === "" ? key : `${setting}.${key}`));
}

/** The secret parts of an address: its password as it stands and as it is meant, and a path that nobody could guess. */
function partsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { password, pathname, search } = new URL(address);
  const told = [password, safelyDecoded(password)];
  return /^https?:/i.test(address) && pathname.length > 8 ? [...told, `${pathname}${search}`, pathname] : told;
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The variables of the process and of `.env`; a file that cannot be read as one gives its lines. */
function variableSecrets({ environment, home }: App): string[] {
  const file = linesOf(path.join(home, ".env")).map((line) => line.replace(/^\s*(?:export\s+)?/, "").split(/=(.*)/s));
  const all = [...Object.entries(environment.env), ...file.map(([name = "", value = ""]) => [name, value] as const)];
  return all
    .filter(([name]) => SECRET_VARIABLES.test(name))
    .flatMap(([, value = ""]) => {
      const bare = value.trim().replaceAll(/^(["'])(.*)\1$/g, "$2");
      return [bare, ...partsOf(bare)];
    })
    .filter(({ length }) => length >= 6);
}

/** Keys as they stand in the key file, a word each. */
function keyLines({ home }: App): string[] {
  return linesOf(path.join(home, "paperboy.key"))
    .flatMap((line) => line.split(/\s+/))
    .filter(({ length }) => length >= 32);
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
}
