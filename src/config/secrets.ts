import { isObject } from "../core/json.js";
import { MASK } from "../core/mask.js";
import { isUrl } from "../core/url.js";
import { secrecyOf, type Settings } from "./schema.js";
import type { Secrecy } from "./shapes.js";

/** A setting with its value and its origin. */
export interface EffectiveSetting {
  /** The path of the setting, such as `view.limit`. */
  readonly setting: string;
  /** Masked when it is secret. */
  readonly value: unknown;
  /** `default`, `paperboy.yaml:4:10`, `.env:2: PAPERBOY_FROM` or `PAPERBOY_FROM`. */
  readonly from: string;
}

interface ConfiguredSettings {
  readonly settings: Settings;
  /** Where each setting that is not a default was set. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Returns every setting that has a value, in the order of the schema, with secrets masked. A list is one value. */
export function effectiveSettings({ settings, origins }: ConfiguredSettings): EffectiveSetting[] {
  return leavesOf(settings, "").map(([setting, value]) => {
    const secrecy = secrecyOf(setting);
    const shown = secrecy === null ? value : SECRETS[secrecy].mask(String(value));
    return { setting, value: shown, from: origins.get(setting) ?? "default" };
  });
}

/** Returns the secrets of settings, which may be invalid, by the declarations of the schema. */
export function secretSettings(settings: unknown): string[] {
  return leavesOf(settings, "").flatMap(([setting, value]) => {
    const secrecy = secrecyOf(setting);
    return secrecy === null || typeof value !== "string" ? [] : SECRETS[secrecy].partsOf(value);
  });
}

function leavesOf(value: unknown, setting: string): (readonly [setting: string, value: unknown])[] {
  if (value === undefined) return [];
  if (!isObject(value)) return [[setting, value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, setting === "" ? key : `${setting}.${key}`));
}

/** How each kind of secret setting is printed, and which of its parts are secret. */
const SECRETS: Readonly<Record<Secrecy, { mask: (value: string) => string; partsOf: (value: string) => string[] }>> = {
  value: { mask: () => MASK, partsOf: (value) => [value] },
  url: {
    mask: (url) => maskUrl(url, { path: true }),
    partsOf: (url) => [...passwordsIn(url), ...longPathsIn(url)],
  },
  userinfo: { mask: (url) => maskUrl(url), partsOf: passwordsIn },
};

/** Returns the path of an HTTP URL, such as a webhook's, unless it is too short to be a secret. */
export function longPathsIn(url: string): string[] {
  if (!/^https?:/i.test(url) || !isUrl(url)) return [];
  const { pathname, search } = new URL(url);
  return pathname.length > 8 ? [`${pathname}${search}`, pathname] : [];
}

interface UrlParts {
  readonly scheme: string;
  /** Everything before the last `@`, as written: users and passwords can hold characters that should be encoded, also `@` and `/`. */
  readonly user: string | null;
  readonly password: string | null;
  /** The host and everything after it. */
  readonly rest: string;
}

/** Splits a URL of any scheme, also one that is not valid; null for a text that is no URL. */
function splitUrl(url: string): UrlParts | null {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:(?:\/\/)?)(.*)$/is.exec(url.trim()) ?? [];
  if (scheme === undefined || rest === undefined) return null;
  const at = rest.lastIndexOf("@");
  if (at === -1) return { scheme, user: null, password: null, rest };
  const [user = "", ...password] = rest.slice(0, at).split(":");
  return { scheme, user, password: password.length === 0 ? null : password.join(":"), rest: rest.slice(at + 1) };
}

/** Parameters whose value is a secret, such as `password` of a PostgreSQL URL. */
const SECRET_PARAMETER = /([?&;][^=&;#]*(?:pass|pwd|secret|token|key|auth)[^=&;#]*=)([^&;#]*)/gi;

/**
 * Returns a URL without its password and without secret parameters. The user stays, unless it equals the password (Postmark) or
 * stands alone, since it can then be a token.
 * @param path whether everything after the host is also secret.
 */
function maskUrl(url: string, { path: isPathSecret = false }: { readonly path?: boolean } = {}): string {
  const parts = splitUrl(url);
  if (parts === null) return url;
  const { scheme, user, password, rest } = parts;
  const shownUser = password === null || user === password ? MASK : user;
  const userinfo = user === null ? "" : `${shownUser}${password === null ? "" : `:${MASK}`}@`;
  const [host = ""] = rest.split(/[/?#]/, 1);
  if (isPathSecret) return `${scheme}${host}${rest.length > host.length ? `/${MASK}` : ""}`;
  return `${scheme}${userinfo}${rest.replaceAll(SECRET_PARAMETER, `$1${MASK}`)}`;
}

/** Returns the secrets in a URL, encoded and decoded: its password, or a user alone (a token), and secret parameters. */
export function passwordsIn(url: string): string[] {
  const parts = splitUrl(url);
  if (parts === null) return [];
  const { scheme, user, password, rest } = parts;
  const token = /^https?:/i.test(scheme) ? user : null;
  const parameters = [...rest.matchAll(SECRET_PARAMETER)].map(([, , value]) => value ?? "");
  return [password ?? token ?? "", ...parameters].flatMap((secret) => [secret, decoded(secret)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
