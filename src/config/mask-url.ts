import { MASK } from "../core/mask.js";

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
export function maskUrl(url: string, { path: isPathSecret = false }: { readonly path?: boolean } = {}): string {
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
