import { escapeHtml } from "../../core/escape.js";
/** Takes out of a text what tells who somebody is, or opens a door. */
export type Scrub = (text: string) => string;

/** What is known to be secret or personal in one installation, beside what the rules below find by its form. */
export interface Known {
  /** Passwords, keys, tokens: whatever nobody else may know. */
  readonly secrets: readonly string[];
  /** Folders whose names tell who somebody is, and what to write in their place; the longest first. */
  readonly folders: readonly { readonly path: string; readonly name: string }[];
}

const MASK = "***";

/** Shorter ones are no secrets, and would take half of every text with them. */
const SHORTEST_SECRET = 4;

interface Rule {
  readonly finds: RegExp;
  /** What stays; by default nothing. */
  readonly leaves?: string;
}

/** What sets two words of a JSON object, an attribute with JSON in it, an address or a file of variables apart. */
const QUOTE = String.raw`(?:\\?["']|&quot;|&#34;|%22)?`;
const SECRET_NAMES =
  "pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|session(?:id)?|csrf|auth|sig(?:nature)?";

/** Secrets by their form, the widest first. The forms of tokens are those that their makers publish for scanners. */
const RULES: readonly Rule[] = [
  // RFC 7468: keys in PEM.
  { finds: /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g },
  // RFC 3986, section 3.2.1: a login in an address. A scheme is short: without a bound, long texts would take for ever.
  { finds: /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@"'<>]*@/gi, leaves: `$1${MASK}@` },
  // Whoever knows these addresses can post there.
  { finds: /(hooks\.slack\.com\/)[^\s"'<>]*/gi, leaves: `$1${MASK}` },
  { finds: /(discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]*/gi, leaves: `$1${MASK}` },
  { finds: /\b(?:bot)?\d{6,12}:[A-Za-z0-9_-]{30,}/g },
  // Signed links of letters and of the public site (src/core/tokens.ts): 23 to 34 signs.
  { finds: /(\/[a-z]\/)[A-Za-z0-9_-]{22,36}(?![A-Za-z0-9_.-])/g, leaves: `$1${MASK}` },
  { finds: /\b((?:un)?subscribe(?:%20|\s))[A-Za-z0-9_-]{22,36}\b/gi, leaves: `$1${MASK}` },
  // JSON Web Tokens: RFC 7519.
  { finds: /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g },
  {
    finds:
      /\b(?:hf_|gh[pousr]_|github_pat_|glpat-|npm_|sk-|pk_|rk_|re_|xox[a-z]-|xkeysib-|whsec_)[A-Za-z0-9_+/=-]{12,}/g,
  },
  { finds: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g },
  { finds: /\bA(?:KIA|SIA)[A-Z0-9]{16}\b/g },
  // RFC 4954.
  { finds: /\b(AUTH (?:PLAIN|LOGIN|XOAUTH2)) +[A-Za-z0-9+/=]{4,}/gi, leaves: `$1 ${MASK}` },
  // RFC 9110, section 11: nothing that could be a word, so that "basic understanding" stays what it is.
  {
    finds: /\b([Bb]earer|[Bb]asic) +(?=\S*(?:\d|=|[a-z][A-Z]))[A-Za-z0-9._~+/=-]{8,}/g,
    leaves: `$1 ${MASK}`,
  },
  { finds: /^((?:Set-)?Cookie|(?:Proxy-)?Authorization):.*$/gim, leaves: `$1: ${MASK}` },
  // `"password":"..."`, `?token=...`, `SMTP_PASSWORD=...`.
  {
    finds: new RegExp(
      String.raw`((?:\b|_)(?:[a-z]+[_-])?(?:${SECRET_NAMES})${QUOTE}\s*(?:=|(?<=["';])\s*:|%3D)\s*${QUOTE})[^\s"'&<>,;\\]+`,
      "gi",
    ),
    leaves: `$1${MASK}`,
  },
];

/** An `@` as text, HTML (named, decimal, hexadecimal), in addresses of pages, and escaped in JSON. */
const AT = String.raw`(?:@|&#0*64;|&#x0*40;|&commat;|%40|\\u0040)`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`;
/** RFC 5321, section 4.5.3.1.1, allows 64 octets; encoded they are more. Without a bound, long texts would take for ever. */
const LOCAL = String.raw`(?:"[^"@\n]{1,64}"|[\p{L}\p{N}!#$%*+/=?^_{|}~'.-]{1,128})`;

/**
 * A mail address (RFC 5321, section 4.1.2; RFC 6531 for letters beyond ASCII), also at an IP address or a host of one name. The ids of
 * editions have an `@` before a date, style sheets one before a word: neither is taken for an address.
 */
const ADDRESS = new RegExp(
  [
    String.raw`${LOCAL}${AT}(?:\[(?:IPv6:)?[0-9a-f.:]+\]|(?:${LABEL}\.)+\p{L}[\p{L}\p{N}-]{0,62})`,
    String.raw`[\p{L}\p{N}._+-]{1,64}${AT}\p{L}[\p{L}\p{N}-]{0,62}`,
  ].join("|"),
  "giu",
);

/** A login that a rule above took out looks like an address, too: `smtp://***@mail.example.org`. */
const MASKED_LOGIN = /^\/*\*{3}@/;

/**
 * One scrubber for everything that leaves the machine in one file: the same address becomes the same stand-in everywhere in it
 * (`reader1@example.invalid`, RFC 6761), so that who is who can still be followed.
 */
export function createScrub({ secrets, folders }: Known): Scrub {
  const people = new Map<string, string>();
  const standIn = (address: string): string => {
    const key = address.toLowerCase();
    const known = people.get(key) ?? `reader${people.size + 1}@example.invalid`;
    people.set(key, known);
    return known;
  };
  const forms = [...new Set(secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(formsOf))];
  const longestFirst = forms.toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of longestFirst) clean = clean.replaceAll(form, MASK);
    for (const { finds, leaves = MASK } of RULES) clean = clean.replaceAll(finds, leaves);
    for (const { path, name } of folders) clean = clean.replaceAll(path, name);
    return clean.replaceAll(ADDRESS, (found) => (MASKED_LOGIN.test(found) ? found : standIn(found)));
  };
}

/** A secret as it stands in addresses, in JSON, in HTML, and in the AUTH commands of SMTP (base64, RFC 4954). */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, encodeURIComponent(secret), json, escapeHtml(secret), Buffer.from(secret).toString("base64")];
}

/** A value of JSON with every text in it scrubbed, names too. */
export function scrubAll(value: unknown, scrub: Scrub): unknown {
  if (typeof value === "string") return scrub(value);
  if (Array.isArray(value)) return value.map((item) => scrubAll(item, scrub));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [scrub(name), isSecretName(name) ? MASK : scrubAll(inner, scrub)]),
  );
}

function isSecretName(name: string): boolean {
  return /^(?:password|passwd|passphrase|secret|token|apiKey|api_key|authorization|cookie)$/i.test(name);
}
