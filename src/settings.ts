import { z } from "zod";

/**
 * The settings as one schema: each key, what it must be, and what it is when nobody says. The environment name of a key
 * is made from its path (`view.minUpvotes` -> `PAPERBOY_VIEW_MIN_UPVOTES`) unless ENVIRONMENT_NAMES gives another.
 */
const httpUrl = z
  .url({ protocol: /^https?$/, error: "an http(s) address" })
  .transform((url) => url.replace(/\/+$/, ""));
const words = z.array(z.string().trim().min(1)).readonly();
const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, "a colour such as #b4301f");
const line = z
  .string()
  .trim()
  .min(1)
  // oxlint-disable-next-line no-control-regex -- these texts reach mail headers and letters
  .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f]*$/, "text without control characters");

const viewSettings = z.strictObject({
  include: words.optional(),
  exclude: words.optional(),
  authors: words.optional(),
  organizations: words.optional(),
  minUpvotes: z.int().min(0).optional(),
  withCode: z.boolean().optional(),
  limit: z.int().min(1).max(500).optional(),
  order: z.enum(["votes", "comments", "newest", "relevance"]).optional(),
  abstracts: z.enum(["full", "short", "none"]).optional(),
  fullUpTo: z.int().min(0).optional(),
  leading: z.int().min(0).optional(),
  pictures: z.boolean().optional(),
  language: z.enum(["en", "de"]).optional(),
});

const lookSettings = z.strictObject({
  name: line.optional(),
  accent: colour.optional(),
  logoUrl: httpUrl.optional(),
  intro: line.optional(),
  footer: line.optional(),
  postal: line.optional(),
  theme: z.enum(["comfortable", "compact"]).optional(),
});

const smtpSettings = z.union([
  z.string().startsWith("smtp", "an address such as smtp://user:password@host:587"),
  z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).optional(),
    secure: z.boolean().optional(),
    user: z.string().optional(),
    password: z.string().optional(),
    allowPlaintext: z.boolean().optional(),
  }),
]);

const positive = z.int().min(1);

const deliverySettings = z.strictObject({
  /** Connections at the same time. */
  lanes: positive.max(20).default(5),
  perSecond: positive.optional(),
  perHour: positive.optional(),
  perDay: positive.optional(),
  /** Connections at the same time to one recipient domain. */
  perDomain: positive.optional(),
  /** The domain of return paths, one for each reader, so that a bounce says whose it is. */
  bounceDomain: line.optional(),
});

const dkimSettings = z.strictObject({
  domain: line,
  /** Selector and key file of each signature; RSA-2048 and Ed25519 keys in PEM. */
  keys: z
    .array(z.strictObject({ selector: line, file: z.string().min(1) }))
    .min(1)
    .max(2),
});

export const settingsSchema = z.strictObject({
  site: httpUrl.default("https://huggingface.co"),
  from: line.optional(),
  replyTo: line.optional(),
  to: z.array(z.string().min(1)).readonly().default([]),
  smtp: smtpSettings.optional(),
  /** How the site's owners can reach the operator: it stands in the User-Agent. */
  contact: line.optional(),
  /** Whether the site's API may serve when the page cannot be read, and fill in abstracts. */
  api: z.boolean().default(false),
  /** Key for Message-IDs and links; made on first use and kept in home when nobody gives one. */
  secret: z.string().min(16, "at least 16 characters").optional(),
  templates: z.string().min(1).optional(),
  /** The database: a file, from home. */
  store: z.string().min(1).default("paperboy.db"),
  /** Where the public site is reached; letters then carry links to leave and to change preferences. */
  publicUrl: httpUrl.optional(),
  /** An address that `paperboy inbox` reads; letters then carry a mailto: link to leave. */
  unsubscribeAddress: line.optional(),
  /** Who is told when a run needs a person. */
  operator: line.optional(),
  /** An address that is asked at /start, on success and at /fail, for a service that watches cron jobs. */
  ping: httpUrl.optional(),
  delivery: deliverySettings.prefault({}),
  dkim: dkimSettings.optional(),
  view: viewSettings.prefault({}),
  look: lookSettings.prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;

/** Names that scripts rely on (docs/architecture.md, "Home"), where they differ from the rule above. */
const ENVIRONMENT_NAMES: Readonly<Record<string, string>> = {
  site: "PAPERBOY_SITE_URL",
  smtp: "PAPERBOY_SMTP_URL",
};

/** What kind of value an environment text must be turned into. */
export type EnvironmentKind = "text" | "list" | "number" | "boolean";

/** Every setting that one environment variable can give: its path and how to read the text. */
export const ENVIRONMENT_SETTINGS: readonly { readonly path: string; readonly kind: EnvironmentKind }[] = [
  ...listPaths("", ["site", "from", "replyTo", "smtp", "contact", "secret", "templates", "store"], "text"),
  ...listPaths("", ["publicUrl", "unsubscribeAddress", "operator", "ping"], "text"),
  ...listPaths("", ["to"], "list"),
  ...listPaths("", ["api"], "boolean"),
  ...listPaths("delivery.", ["lanes", "perSecond", "perHour", "perDay", "perDomain"], "number"),
  ...listPaths("delivery.", ["bounceDomain"], "text"),
  ...listPaths("view.", ["include", "exclude", "authors", "organizations"], "list"),
  ...listPaths("view.", ["minUpvotes", "limit", "fullUpTo", "leading"], "number"),
  ...listPaths("view.", ["withCode", "pictures"], "boolean"),
  ...listPaths("view.", ["order", "abstracts", "language"], "text"),
  ...listPaths("look.", ["name", "accent", "logoUrl", "intro", "footer", "postal", "theme"], "text"),
];

/** The environment name of a setting: `view.minUpvotes` is `PAPERBOY_VIEW_MIN_UPVOTES`. */
export function environmentName(path: string): string {
  const words = path.replaceAll(".", "_").replaceAll(/([a-z])([A-Z])/g, "$1_$2");
  return ENVIRONMENT_NAMES[path] ?? `PAPERBOY_${words.toUpperCase()}`;
}

function listPaths(prefix: string, names: readonly string[], kind: EnvironmentKind) {
  return names.map((name) => ({ path: `${prefix}${name}`, kind }));
}
