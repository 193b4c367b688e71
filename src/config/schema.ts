import * as z from "zod";
import { once } from "../core/memoize.js";
import { DEFAULTS } from "./defaults.js";
import { pushSettings } from "./push.js";
import type { Secrecy } from "./shapes.js";
import {
  expected,
  flag,
  group,
  httpUrl,
  language,
  line,
  list,
  paragraph,
  publishedUrl,
  secrecyIn,
  secret,
  siteUrl,
  viewSettings,
  whole,
} from "./shapes.js";

const colour = z
  .string(expected("a colour such as #b4301f"))
  .regex(/^#[0-9a-fA-F]{6}$/, "expected a colour such as #b4301f");

const themeName = z
  .string(expected("the name of a theme"))
  .regex(
    /^[A-Za-z0-9][\w-]*$/,
    "expected the name of a theme, such as compact: that of a file in themes/, without .css",
  );

const brandingSettings = group({
  name: line.optional(),
  accent: colour.optional(),
  logoUrl: publishedUrl.optional(),
  intro: paragraph.optional(),
  footer: paragraph.optional(),
  postal: paragraph.optional(),
  theme: themeName.optional(),
});

const SMTP =
  "expected a URL such as smtp://user:password@host:587, or a group of settings (host, port, user, password)";

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
  /** Parallel connections. */
  connections: whole(1, 20).default(DEFAULTS.delivery.connections),
  perSecond: whole(1).optional(),
  perMinute: whole(1).optional(),
  perHour: whole(1).optional(),
  perDay: whole(1).optional(),
  /** Parallel deliveries to one recipient domain. */
  perDomain: whole(1).optional(),
  /** The domain of return paths, which are different for each reader, so that a bounce identifies its reader. */
  bounceDomain: line.optional(),
});

const networks = list("an address or a network such as 10.0.0.0/8");

const serveSettings = group({
  host: line.default(DEFAULTS.serve.host),
  port: whole(0, 65_535).default(DEFAULTS.serve.port),
  /** Proxies whose `X-Forwarded-For` is trusted. */
  trustedProxies: networks.default(DEFAULTS.serve.trustedProxies),
  metricsFrom: networks.optional(),
  hsts: flag.default(DEFAULTS.serve.hsts),
  accessLog: flag.default(DEFAULTS.serve.accessLog),
});

/** A folder of an IMAP server. */
const imapSettings = group({
  host: line,
  port: whole(1, 65_535).optional(),
  /** TLS from the first byte; false: STARTTLS. */
  secure: flag.default(true),
  user: z.string(expected("text")),
  password: secret(z.string(expected("text")), "value"),
  folder: line.default("INBOX"),
  /** The folder to which processed mails are moved. */
  done: line.optional(),
});

const inboxSettings = group({
  /** Two Maildirs, relative to the home folder: the one that is read, and the one to which processed mails are moved. */
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

/** A program that adds texts to the papers of an edition before it is frozen. */
const enrichSettings = group({
  /** The program and its arguments; it runs without a shell in the home folder. */
  command: list("a program, then its arguments").refine((parts) => parts.length > 0, "expected at least a program"),
  /** Seconds. */
  timeout: whole(1, 3_600).default(120),
  /** The language of its texts. */
  language: language.optional(),
  /** Its name in letters: "Summary by NAME". */
  name: line.optional(),
  /** The environment variables that it gets. */
  env: list("the name of an environment variable").default([]),
  /** Whether a failure of the program prevents sending. */
  required: flag.default(false),
});

/**
 * The schema of all settings with their types and defaults. The environment variable of a setting follows from its path:
 * `view.minUpvotes` is `PAPERBOY_VIEW_MIN_UPVOTES` (`environmentName`).
 */
export const settingsSchema = group({
  site: secret(httpUrl, "userinfo").default(DEFAULTS.site),
  from: line.optional(),
  replyTo: line.optional(),
  to: list("an address").default(DEFAULTS.to),
  smtp: smtpSettings.optional(),
  /** How the site's owners can reach the operator; part of the User-Agent. */
  contact: line.optional(),
  /** Whether the site's API is used when the page cannot be read, and for missing abstracts. By default only for searches. */
  api: flag.optional(),
  /** The key for Message-IDs and links. By default, Paperboy creates a key file in the home folder on first use. */
  secret: secret(z.string(expected("text")).min(16, "expected at least 16 characters"), "value").optional(),
  templates: line.optional(),
  /** The database: a file, relative to home, or `postgres://...`. */
  store: secret(line, "userinfo").default(DEFAULTS.store),
  /** The URL of the public site. If set, letters have links to unsubscribe and to change preferences. */
  publicUrl: siteUrl.optional(),
  /** Whether the site has a public archive. If so, letters link to their edition. */
  archive: flag.default(DEFAULTS.archive),
  /** An address whose mail `paperboy inbox` reads. If set, letters have a mailto: link to unsubscribe. */
  unsubscribeAddress: line.optional(),
  /** The address that is alerted when a run needs attention. */
  alertTo: line.optional(),
  /**
   * The URL of a service that monitors cron jobs. It is requested at the start (`/start`), on success and on failure (`/fail`).
   */
  healthcheckUrl: secret(httpUrl, "url").optional(),
  /** Whether each run writes a record for `paperboy replay` and `diff`, and the number of records to keep. */
  records: flag.default(DEFAULTS.records),
  recordKeep: whole(1, 1000).default(DEFAULTS.recordKeep),
  delivery: deliverySettings.prefault({}),
  dkim: dkimSettings.optional(),
  /** The public site: `paperboy serve`. */
  serve: serveSettings.prefault({}),
  /** Incoming mail: `paperboy inbox`. */
  inbox: inboxSettings.prefault({}),
  /** Webhooks and chats that editions are pushed to, by name. */
  push: pushSettings.default(DEFAULTS.push),
  /** A program of the operator that writes summaries, titles or keywords. */
  enrich: enrichSettings.optional(),
  view: viewSettings.prefault({}),
  branding: brandingSettings.prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;

/** Returns the JSON Schema (draft 2020-12) of paperboy.yaml. */
export function settingsJsonSchema(): object {
  return z.toJSONSchema(settingsSchema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // Not every validator supports Unicode classes in patterns. `loadConfig` checks these texts in any case.
      if (jsonSchema.pattern?.includes("\\p{")) delete jsonSchema.pattern;
      if (jsonSchema.type !== "array" || !jsonSchema.readOnly) return;
      const { readOnly: _, ...list } = { ...jsonSchema };
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      // A list with one item may be given as the item itself.
      jsonSchema.anyOf = [list, ...(list.items === undefined ? [] : [list.items as typeof list])];
    },
  });
}

/** Returns the paths of all settings and groups, with `NAME` for a push target: `from`, `smtp`, `smtp.host`, `dkim.keys.file`. */
export function settingPaths(): readonly string[] {
  // The settings of the view of a push target are those of `view`.
  return [...new Set(settingsIn(settingsSchema, "").map(([path]) => path.replace(/(\.NAME\.[^.]+)\..*/, "$1")))];
}

/** Returns the secret part of a setting such as `push.my-team.url`; null if it is not secret. */
export function secrecyOf(setting: string): Secrecy | null {
  return secrets().get(setting.replace(/^push\.[^.]+/, "push.NAME")) ?? null;
}

const secrets = once(
  () =>
    new Map(
      settingsIn(settingsSchema, "").flatMap(([path, schema]) => {
        const secrecy = secrecyIn(schema);
        return secrecy === undefined ? [] : [[path, secrecy]];
      }),
    ),
);

/** Returns the schemas of all settings and of their parts, but not of groups, with their paths. */
function settingsIn(schema: z.core.$ZodType, path: string): (readonly [path: string, schema: z.core.$ZodType])[] {
  const within = (inner: z.core.$ZodType, key: string) => settingsIn(inner, path === "" ? key : `${path}.${key}`);
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).flatMap(([key, inner]) => within(inner, key));
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => settingsIn(option, path));
  const own = [path, schema] as const;
  if (schema instanceof z.ZodRecord) return [own, ...within(schema.valueType, "NAME")];
  if (schema instanceof z.ZodArray) return [own, ...settingsIn(schema.element, path)];
  for (const wrapper of [z.ZodOptional, z.ZodDefault, z.ZodPrefault, z.ZodReadonly] as const) {
    if (schema instanceof wrapper) return settingsIn(schema.unwrap(), path);
  }
  return [own];
}
