import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { addressKey } from "../core/address.js";
import { encodingsOf, MASK } from "../core/mask.js";
import { longPathsIn, passwordsIn, secretSettings } from "./secrets.js";

/** Replaces the secrets and mail addresses in a text. */
export type Redactor = (text: string) => string;

/** The secrets and folders of one installation. Patterns find other secrets by their format. */
export interface RedactOptions {
  /** Passwords, keys and tokens. */
  readonly secrets: readonly string[];
  /** Folders whose paths may identify a person, and the names that replace them; longest first. */
  readonly folders: readonly { readonly path: string; readonly name: string }[];
}

/** Shorter values are not redacted, because they also occur in ordinary text. */
const MIN_SECRET_LENGTH = 4;

interface Rule {
  readonly pattern: RegExp;
  /** The replacement; `***` by default. */
  readonly replacement?: string;
}

/** An optional quotation mark in JSON, in JSON in an HTML attribute, in a URL or in `.env`. */
const QUOTE = String.raw`(?:\\?["']|&quot;|&#34;|%22)?`;
const SECRET_NAMES =
  "pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|session(?:id)?|csrf|auth|sig(?:nature)?";

/** Secrets by their format, longest first. Token formats are those that the issuers publish for secret scanners. */
const RULES: readonly Rule[] = [
  // Keys in PEM (RFC 7468).
  { pattern: /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g },
  // The userinfo of a URL (RFC 3986, section 3.2.1). The length limit of the scheme keeps the time linear.
  { pattern: /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]*@/gi, replacement: `$1${MASK}@` },
  // Anyone who knows the URL of a webhook can post to it.
  { pattern: /(hooks\.slack\.com\/)[^\s"'<>]*/gi, replacement: `$1${MASK}` },
  { pattern: /(discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]*/gi, replacement: `$1${MASK}` },
  { pattern: /\b(?:bot)?\d{6,12}:[A-Za-z0-9_-]{30,}/g },
  // Signed links of letters and of the public site (src/core/tokens.ts): 23 to 34 characters.
  { pattern: /(\/[a-z]\/)[A-Za-z0-9_-]{22,36}(?![A-Za-z0-9_.-])/g, replacement: `$1${MASK}` },
  { pattern: /\b((?:un)?subscribe(?:%20|\s))[A-Za-z0-9_-]{22,36}\b/gi, replacement: `$1${MASK}` },
  // JSON Web Tokens (RFC 7519).
  { pattern: /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g },
  {
    pattern:
      /\b(?:hf_|gh[pousr]_|github_pat_|glpat-|npm_|sk-|pk_|rk_|re_|xox[a-z]-|xkeysib-|whsec_)[A-Za-z0-9_+/=-]{12,}/g,
  },
  { pattern: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g },
  { pattern: /\bA(?:KIA|SIA)[A-Z0-9]{16}\b/g },
  // The AUTH command of SMTP (RFC 4954).
  { pattern: /\b(AUTH (?:PLAIN|LOGIN|XOAUTH2)) +[A-Za-z0-9+/=]{4,}/gi, replacement: `$1 ${MASK}` },
  // HTTP credentials (RFC 9110, section 11), but not two ordinary words such as "basic understanding".
  {
    pattern: /\b([Bb]earer|[Bb]asic) +(?=\S*(?:\d|=|[a-z][A-Z]))[A-Za-z0-9._~+/=-]{8,}/g,
    replacement: `$1 ${MASK}`,
  },
  { pattern: /^((?:Set-)?Cookie|(?:Proxy-)?Authorization):.*$/gim, replacement: `$1: ${MASK}` },
  // `"password":"..."`, `?token=...`, `SMTP_PASSWORD=...`.
  {
    pattern: new RegExp(
      String.raw`((?:\b|_)(?:[a-z]+[_-])?(?:${SECRET_NAMES})${QUOTE}\s*(?:=|(?<=["';])\s*:|%3D)\s*${QUOTE})[^\s"'&<>,;\\]+`,
      "gi",
    ),
    replacement: `$1${MASK}`,
  },
];

/** An `@` as plain text, in HTML (named, decimal, hexadecimal), in a URL, or escaped in JSON. */
const AT = String.raw`(?:@|&#0*64;|&#x0*40;|&commat;|%40|\\u0040)`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`;
/** RFC 5321, section 4.5.3.1.1, allows 64 octets; encoded, they are longer. The limit keeps the time linear. */
const LOCAL = String.raw`(?:"[^"@\n]{1,64}"|[\p{L}\p{N}!#$%*+/=?^_{|}~'.-]{1,128})`;

/**
 * A mail address (RFC 5321, section 4.1.2; RFC 6531 for non-ASCII letters), also at an IP address or a host with a single
 * label. Does not match the `@` before the date in the id of an edition, or at the start of a CSS rule.
 */
const ADDRESS = new RegExp(
  [
    String.raw`${LOCAL}${AT}(?:\[(?:IPv6:)?[0-9a-f.:]+\]|(?:${LABEL}\.)+\p{L}[\p{L}\p{N}-]{0,62})`,
    String.raw`[\p{L}\p{N}._+-]{1,64}${AT}\p{L}[\p{L}\p{N}-]{0,62}`,
  ].join("|"),
  "giu",
);

/** Redacted userinfo makes a URL look like an address: `smtp://***@mail.example.org`. */
const REDACTED_USERINFO = /^\/*\*{3}@/;

/**
 * Creates a redactor for a file that leaves this machine. Each address always gets the same placeholder
 * (`reader1@example.invalid`, RFC 6761), so that readers can still be told apart.
 */
export function createRedactor({ secrets, folders }: RedactOptions): Redactor {
  const placeholders = new Map<string, string>();
  const placeholderFor = (address: string): string => {
    const key = addressKey(address);
    const placeholder = placeholders.get(key) ?? `reader${placeholders.size + 1}@example.invalid`;
    placeholders.set(key, placeholder);
    return placeholder;
  };
  const encoded = [...new Set(secrets.filter(({ length }) => length >= MIN_SECRET_LENGTH).flatMap(encodingsOf))];
  const longestFirst = encoded.toSorted((a, b) => b.length - a.length);
  return (text) => {
    let redacted = text;
    for (const secret of longestFirst) redacted = redacted.replaceAll(secret, MASK);
    for (const { pattern, replacement = MASK } of RULES) redacted = redacted.replaceAll(pattern, replacement);
    for (const { path, name } of folders) redacted = redacted.replaceAll(path, name);
    return redacted.replaceAll(ADDRESS, (found) => (REDACTED_USERINFO.test(found) ? found : placeholderFor(found)));
  };
}

/** Redacts every string in a JSON value, including the keys of objects. */
export function redactAll(value: unknown, redact: Redactor): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactAll(item, redact));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [redact(name), isSecretKey(name) ? MASK : redactAll(inner, redact)]),
  );
}

function isSecretKey(name: string): boolean {
  return /^(?:password|passwd|passphrase|secret|token|apiKey|api_key|authorization|cookie)$/i.test(name);
}

/** Names of environment variables that usually contain secrets, including those of other programs. */
const SECRET_VARIABLES = /PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|COOKIE|_DSN$|SMTP_URL|HEALTHCHECK|PING/i;

export interface SecretSources {
  /** Returns the settings. May throw if the configuration is invalid. */
  readonly settings: () => unknown;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The folder with `.env` and the key file. */
  readonly home: string;
}

/**
 * Returns every secret of an installation, from the settings, the environment, `.env` and the key file. Skips the settings if
 * the configuration is invalid.
 */
export function knownSecrets({ settings, variables, home }: SecretSources): readonly string[] {
  return [...secretsOrNone(settings), ...secretVariables(variables, home), ...keysIn(home)].filter(Boolean);
}

function secretsOrNone(settings: SecretSources["settings"]): string[] {
  try {
    return secretSettings(settings());
  } catch {
    return [];
  }
}

/** Returns the secret values of the environment and of `.env`, which may be malformed. */
function secretVariables(variables: SecretSources["variables"], home: string): string[] {
  const file = linesOf(path.join(home, ".env")).map((line) => line.replace(/^\s*(?:export\s+)?/, "").split(/=(.*)/s));
  const all = [...Object.entries(variables), ...file.map(([name = "", value = ""]) => [name, value] as const)];
  return all
    .filter(([name]) => SECRET_VARIABLES.test(name))
    .flatMap(([, value = ""]) => {
      const unquoted = value.trim().replaceAll(/^(["'])(.*)\1$/g, "$2");
      return [unquoted, ...passwordsIn(unquoted), ...longPathsIn(unquoted)];
    })
    .filter(({ length }) => length >= 6);
}

/** Returns the keys in the key file: all words of at least 32 characters. */
function keysIn(home: string): string[] {
  return linesOf(path.join(home, "paperboy.key"))
    .flatMap((line) => line.split(/\s+/))
    .filter(({ length }) => length >= 32);
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
}
