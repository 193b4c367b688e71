import * as z from "zod";
import { DEFAULTS } from "./defaults.js";
import { pushSettings } from "./push.js";
import type { Secrecy } from "./shapes.js";
import {
  expected,
  flag,
  group,
  httpUrl,
  line,
  list,
  oneOf,
  paragraph,
  secrecyIn,
  secret,
  viewSettings,
  whole,
} from "./shapes.js";

const colour = z
  .string(expected("a colour such as #b4301f"))
  .regex(/^#[0-9a-fA-F]{6}$/, "expected a colour such as #b4301f");

const brandingSettings = group({
  name: line.optional(),
  accent: colour.optional(),
  logoUrl: httpUrl.optional(),
  intro: paragraph.optional(),
  footer: paragraph.optional(),
  postal: paragraph.optional(),
  theme: oneOf(["comfortable", "compact"]).optional(),
});

const SMTP =
  "expected an address such as smtp://user:password@host:587, or settings of its own (host, port, user, password)";

const smtpSettings = z.union(
  [
    secret(z.string().startsWith("smtp", SMTP), "userinfo"),
    group({
      host: line,
      port: whole(1, 65_535).optional(),
      secure: flag.optional(),
      user: z.string(expected("text")).optional(),
      password: secret(z.string(expected("text")), "value").optional(),
      allowPlaintext: flag.optional(),
    }),
  ],
  SMTP,
);

const deliverySettings = group({
  /** Connections at the same time. */
  connections: whole(1, 20).default(DEFAULTS.delivery.connections),
  perSecond: whole(1).optional(),
  perMinute: whole(1).optional(),
  perHour: whole(1).optional(),
  perDay: whole(1).optional(),
  /** Connections at the same time to one recipient domain. */
  perDomain: whole(1).optional(),
  /** The domain of return paths, one for each reader, so that a bounce says whose it is. */
  bounceDomain: line.optional(),
});

const networks = list("an address or a network such as 10.0.0.0/8");

const serveSettings = group({
  host: line.default(DEFAULTS.serve.host),
  port: whole(0, 65_535).default(DEFAULTS.serve.port),
  /** Whose word about the visitor's address is taken. */
  trustedProxies: networks.default(DEFAULTS.serve.trustedProxies),
  metricsFrom: networks.default(DEFAULTS.serve.metricsFrom),
  hsts: flag.default(DEFAULTS.serve.hsts),
  accessLog: flag.default(DEFAULTS.serve.accessLog),
});

/** A folder of a mail server, by IMAP. */
const imapSettings = group({
  host: line,
  port: whole(1, 65_535).optional(),
  /** TLS from the first byte; false: STARTTLS. */
  secure: flag.default(true),
  user: z.string(expected("text")),
  password: secret(z.string(expected("text")), "value"),
  folder: line.default("INBOX"),
  /** Where mails go that were dealt with. */
  done: line.optional(),
});

const inboxSettings = group({
  /** Maildirs, from home: where mails come in, and where those go that were dealt with. */
  maildir: line.optional(),
  done: line.optional(),
  imap: imapSettings.optional(),
});

const KEYS = "expected one or two keys, each with its selector and file";

const dkimSettings = group({
  domain: line,
  /** Selector and key file of each signature; RSA-2048 and Ed25519 keys in PEM. */
  keys: z
    .array(group({ selector: line, file: line }), KEYS)
    .min(1, KEYS)
    .max(2, KEYS),
});

/**
 * The settings as one schema: each key, what it must be, and what it is when nobody says. The environment name of a key
 * is made from its path (`view.minUpvotes` -> `PAPERBOY_VIEW_MIN_UPVOTES`) unless ENVIRONMENT_NAMES gives another.
 */
export const settingsSchema = group({
  site: secret(httpUrl, "userinfo").default(DEFAULTS.site),
  from: line.optional(),
  replyTo: line.optional(),
  to: list("an address").default(DEFAULTS.to),
  smtp: smtpSettings.optional(),
  /** How the site's owners can reach the operator: it stands in the User-Agent. */
  contact: line.optional(),
  /** Whether the site's API may serve when the page cannot be read, and fill in abstracts. */
  api: flag.default(DEFAULTS.api),
  /** Key for Message-IDs and links; made on first use and kept in home when nobody gives one. */
  secret: secret(z.string(expected("text")).min(16, "expected at least 16 characters"), "value").optional(),
  templates: line.optional(),
  /** The database: a file, from home, or `postgres://...`. */
  store: secret(line, "userinfo").default(DEFAULTS.store),
  /** Where the public site is reached; letters then carry links to leave and to change preferences. */
  publicUrl: httpUrl.optional(),
  /** Whether everybody may read editions again there; letters then link to theirs. */
  archive: flag.default(DEFAULTS.archive),
  /** An address that `paperboy inbox` reads; letters then carry a mailto: link to leave. */
  unsubscribeAddress: line.optional(),
  /** Who is told when a run needs a person. */
  alertTo: line.optional(),
  /** An address that is asked at /start, on success and at /fail, for a service that watches cron jobs. */
  /** Anyone who knows the path can report success. */
  healthcheckUrl: secret(httpUrl, "url").optional(),
  /** Whether each run keeps what its editions were made from, for `paperboy replay` and `diff`; and how many of them stay. */
  records: flag.default(DEFAULTS.records),
  recordKeep: whole(1, 1000).default(DEFAULTS.recordKeep),
  delivery: deliverySettings.prefault({}),
  dkim: dkimSettings.optional(),
  /** The public site: `paperboy serve`. */
  serve: serveSettings.prefault({}),
  /** Where mails come in: `paperboy inbox`. */
  inbox: inboxSettings.prefault({}),
  /** Where editions go beside the letters, by name. */
  push: pushSettings.default(DEFAULTS.push),
  view: viewSettings.prefault({}),
  branding: brandingSettings.prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;

/** The JSON Schema (draft 2020-12) of what paperboy.yaml may hold. */
export function settingsJsonSchema(): object {
  return z.toJSONSchema(settingsSchema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // Not every reader of schemas knows Unicode's classes; the loader says what is wrong with such a text.
      if (jsonSchema.pattern?.includes("\\p{")) delete jsonSchema.pattern;
      if (jsonSchema.type !== "array" || !jsonSchema.readOnly) return;
      const { readOnly: _, ...list } = { ...jsonSchema };
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      // A list of one may be written without its brackets.
      jsonSchema.anyOf = [list, ...(list.items === undefined ? [] : [list.items as typeof list])];
    },
  });
}

/** The path of every setting, with those of its parts: `from`, `smtp`, `smtp.host`, `view.limit`, `dkim.keys.file`. */
export function settingPaths(): readonly string[] {
  return [...new Set(pathsOf(settingsSchema, ""))];
}

function pathsOf(schema: z.core.$ZodType, path: string): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, inner]) => pathsOf(inner, path === "" ? key : `${path}.${key}`));
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => pathsOf(option, path));
  if (schema instanceof z.ZodRecord) return [path, ...entryPaths(schema, path)];
  if (schema instanceof z.ZodArray) return [path, ...pathsOf(schema.element, path)];
  for (const wrapper of [z.ZodOptional, z.ZodDefault, z.ZodPrefault, z.ZodReadonly] as const) {
    if (schema instanceof wrapper) return pathsOf(schema.unwrap(), path);
  }
  return [path];
}

/** The settings of what stands by name; groups within are described where they stand for themselves, such as `view`. */
function entryPaths(schema: z.ZodRecord, path: string): string[] {
  const depth = path.split(".").length + 2;
  const inner = pathsOf(schema.valueType, `${path}.NAME`);
  return inner.map((found) => found.split(".").slice(0, depth).join("."));
}

/** The secret settings by path, with `NAME` for the name of a push target: `smtp.password`, `push.NAME.url`. */
export function secretSettings(): ReadonlyMap<string, Secrecy> {
  return new Map(secretsIn(settingsSchema, ""));
}

/** Returns what is secret about a setting such as `push.my-team.url`; null when nothing is. */
export function secrecyOf(setting: string): Secrecy | null {
  return (secrets ??= secretSettings()).get(setting.replace(/^push\.[^.]+/, "push.NAME")) ?? null;
}

let secrets: ReadonlyMap<string, Secrecy> | null = null;

function secretsIn(schema: z.core.$ZodType, path: string): (readonly [string, Secrecy])[] {
  const secrecy = secrecyIn(schema);
  if (secrecy !== undefined) return [[path, secrecy]];
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, inner]) =>
      secretsIn(inner, path === "" ? key : `${path}.${key}`),
    );
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => secretsIn(option, path));
  if (schema instanceof z.ZodRecord) return secretsIn(schema.valueType, `${path}.NAME`);
  for (const wrapper of [z.ZodOptional, z.ZodDefault, z.ZodPrefault, z.ZodReadonly] as const) {
    if (schema instanceof wrapper) return secretsIn(schema.unwrap(), path);
  }
  return [];
}

/** Names that scripts rely on (docs/configuration.md), where they differ from the rule above. */
const ENVIRONMENT_NAMES: Readonly<Record<string, string>> = {
  site: "PAPERBOY_SITE_URL",
  smtp: "PAPERBOY_SMTP_URL",
};

/** What Paperboy's name stands in though it is no setting: where home is, and what tests are told. */
export const OTHER_ENVIRONMENT = /^PAPERBOY_(?:HOME|INIT_PASSWORD|CHROMIUM|PROPERTY_RUNS|TEST_[A-Z0-9_]+)$/;

/** What kind of value an environment text must be turned into. */
export type EnvironmentKind = "text" | "list" | "number" | "boolean";

/** Every setting that one environment variable can give: its path and how to read the text. */
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
  ...listPaths("view.", ["include", "exclude", "authors", "organizations"], "list"),
  ...listPaths("view.", ["minUpvotes", "limit", "fullUpTo", "leading", "revisit"], "number"),
  ...listPaths("view.", ["withCode", "pictures"], "boolean"),
  ...listPaths("view.", ["order", "abstracts", "language"], "text"),
  ...listPaths("branding.", ["name", "accent", "logoUrl", "intro", "footer", "postal", "theme"], "text"),
];

/** The environment name of a setting: `view.minUpvotes` is `PAPERBOY_VIEW_MIN_UPVOTES`. */
export function environmentName(path: string): string {
  const words = path.replaceAll(/[.-]/g, "_").replaceAll(/([a-z])([A-Z])/g, "$1_$2");
  return ENVIRONMENT_NAMES[path] ?? `PAPERBOY_${words.toUpperCase()}`;
}

function listPaths(prefix: string, names: readonly string[], kind: EnvironmentKind) {
  return names.map((name) => ({ path: `${prefix}${name}`, kind }));
}
