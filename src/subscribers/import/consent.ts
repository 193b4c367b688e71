import type { SubscriberState } from "../../store/store.js";
import { isColumn } from "../columns.js";
import { quoted } from "../preferences.js";

/** What the columns of another tool say about a person. `because` is such as `unsubscribed "2026-05-01"`. */
export type Consent =
  | { readonly state: "active" }
  | { readonly state: Exclude<SubscriberState, "active"> | "unknown"; readonly because: string };

/**
 * The kind of a column. `status` has a word, or yes or no. `confirmed` has yes or no. `left` and `bounced` have a reason or a date, and are
 * blank for current subscribers. `answer` has a word like `status`, or the name of a newsletter. `other` columns have another purpose, and only an explicit word such as "unsubscribed" counts in them.
 * `unnamed` is a column of a file without a header.
 */
type Kind = "status" | "answer" | "confirmed" | "left" | "bounced" | "other" | "unnamed";

const WHOSE =
  "(?:is|e?mail|mailing|newsletter|list|marketing|subscription|subscriber|member|contact|audience|user|global)*";

/**
 * The columns in which other tools export consent, by their names in lower case without spaces and punctuation. The first match counts;
 * null marks links and figures, which do not depend on consent. Seen in exports of Ghost (`subscribed_to_emails`), Buttondown (`type`), beehiiv,
 * listmonk, MailerLite and EmailOctopus (`status`), MailPoet (`global_status`), Klaviyo (`Email Marketing Consent`), Shopify (`Accepts
 * Email Marketing`), Brevo (`BLOCKLISTED`), Mailchimp (`UNSUB_TIME`, `CLEAN_TIME`), Substack (`email_disabled`) and HubSpot
 * (`Unsubscribed from all email`).
 */
const COLUMNS: readonly (readonly [name: RegExp, kind: Kind | null])[] = [
  [/(?:url|link|token|hash|key|count|total|score|rate|rating|id|page)$|^soft/, null],
  [/bounce|undeliver|unzustellbar|^clean(?:ed)?(?:at|on|date|time)$/, "bounced"],
  [
    /unsub|opt(?:ed)?out|complain|spam|abuse|blocked|blocklist|blacklist|suppress|donot(?:contact|e?mail)|emaildisabled/,
    "left",
  ],
  [/^(?:left|dnc)$|^(?:left|deleted|removed|cancell?ed|archived|deactivated|disabled)(?:at|on|date|time)$/, "left"],
  [
    /abgemeldet|abmeld(?:e|ung)|abbestell|widerruf|gesperrt|gekundigt|ausgetragen|desabonn|desinscri|cancelad|fechadebaja/,
    "left",
  ],
  [/^(?:is)?confirmed$|^(?:ist|email)?bestatigt$|^confirme$|^confirmado$/, "confirmed"],
  [/^(?:newsletter|mailing(?:list)?|rundbrief)$/, "answer"],
  [
    /^(?:newsletter)?(?:einwilligung|zustimmung|angemeldet|abonniert|aktiv|consentement|abonne|inscrit|actif|suscrito|activo)$/,
    "status",
  ],
  [
    new RegExp(`^${WHOSE}(?:status|consent|permission|permissionstatus|subscribed|active|enabled|optin|optedin)$`),
    "status",
  ],
  [/^subscribedto|^accepts?(?:e?mail)?marketing$|^accepts?e?mails?$|^(?:subscriber)?type$/, "status"],
];

/** Words for a state, in lower case without punctuation. */
const WORDS: Readonly<Record<SubscriberState, string>> = {
  active:
    "active|subscribed|subscriber|confirmed|enabled|regular|premium|member|opted in|optin|opt in|yes|y|true|t|1|on|free|paid|" +
    "comped|comp|gifted|gift|founding|founding member|monthly|annual|yearly|lifetime|author|trial|trialed|trialing|past due|churning|granted|allowed|" +
    "accepted|verified|marketing contact|free subscriber|paid subscriber|ja|j|aktiv|angemeldet|abonniert|bestätigt|abonnent|" +
    "oui|actif|abonné|abonne|inscrit|sí|sì|si|activo|suscrito",
  gone:
    "unsubscribed|unsubscribe|unsub|opted out|optout|opt out|left|gone|inactive|disabled|deactivated|cancelled|canceled|removed|" +
    "deleted|archived|suppressed|complained|complaint|abuse|spam|spammy|junk|blocked|blocklisted|blacklisted|banned|never subscribed|" +
    "non subscribed|nonsubscribed|not subscribed|no|n|false|f|0|off|denied|declined|revoked|withdrawn|rejected|transactional|" +
    "expired|none|no consent|no permissions set|do not contact|do not email|globally unsubscribed|suspended|non marketing contact|" +
    "nein|abgemeldet|abbestellt|inaktiv|nicht aktiv|nicht angemeldet|gekündigt|gesperrt|widerrufen|gelöscht|ausgetragen|" +
    "non|désabonné|desabonne|désinscrit|desinscrit|inactif|inactivo|cancelado|baja",
  bounced: "bounced|bounce|cleaned|hard bounced|hard bounce|undeliverable|invalid|unzustellbar",
  pending:
    "pending|unconfirmed|not confirmed|unactivated|not activated|unverified|awaiting confirmation|validating|unbestätigt|nicht bestätigt|ausstehend|en attente|pendiente",
  paused: "paused|on hold|snoozed",
};

const STATES: ReadonlyMap<string, SubscriberState> = new Map(
  (Object.keys(WORDS) as SubscriberState[]).flatMap((state) => WORDS[state].split("|").map((word) => [word, state])),
);

/** Words that say, in a column of any name, that a person must not be mailed. */
const EXPLICIT =
  /^(?:(?:globally )?unsub(?:scribe[ds]?)?|(?:not|never|non) ?subscribed|opt(?:ed)? ?out|do not (?:contact|e?mail)|no consent|complain(?:ed|t)|(?:block|black)listed|(?:hard )?bounced?|cleaned|undeliverable|unconfirmed|not confirmed|unactivated|abgemeldet|abbestellt|nicht angemeldet|widerrufen|unzustellbar|unbestätigt|d[ée]sabonn[ée]|d[ée]sinscrit|cancelado)$/;

/** Cells of an unnamed column that do not show whether a person is subscribed, because the column's question is unknown. */
const ANSWER = /^(?:yes|no|true|false)$/;

/** Values of a `left` or `bounced` column which mean that the person has not left. */
const STAYED =
  /^(?:no|n|false|f|off|none|null|na|n a|never|subscribed|active|opted in|nein|nie|non|aktiv|angemeldet|[0 ]*)$/;

const READ: Readonly<Record<Kind, (value: string) => SubscriberState | "unknown">> = {
  status: (value) => STATES.get(value) ?? "unknown",
  answer: (value) => STATES.get(value) ?? "active",
  confirmed: (value) => {
    const state = READ.status(value);
    return state === "gone" ? "pending" : state;
  },
  left: (value) => (STAYED.test(value) ? "active" : "gone"),
  bounced: (value) => (STAYED.test(value) ? "active" : "bounced"),
  other: (value) => (EXPLICIT.test(value) ? "unknown" : "active"),
  unnamed: (value) => (ANSWER.test(value) ? "unknown" : (value.length > 1 && STATES.get(value)) || "active"),
};

/** File names that show the state of all readers in the file: Mailchimp exports each state as a separate file without a column for it. */
const FILE_NAMES: readonly (readonly [name: RegExp, state: SubscriberState])[] = [
  [/^(?:unsubscribed|nonsubscribed|unsubscribers|suppress(?:ed|ions?)|opt(?:ed)?[-_ ]?outs?)(?![a-z])/i, "gone"],
  [/^(?:cleaned|bounced|bounces)(?![a-z])/i, "bounced"],
];

/** The precedence of states if several columns show one. */
const ORDER = ["gone", "bounced", "unknown", "pending", "paused"] as const;

/**
 * Returns the consent that the columns of a row show. Without such a column, the name of the file decides; if it shows nothing either,
 * the person is `active`.
 */
export function readConsent(cells: ReadonlyMap<string, unknown>, fileName = ""): Consent {
  const said = [...cells].flatMap(([name, value]) => {
    const kind = kindOf(name);
    return kind === null ? [] : [{ state: READ[kind](plain(value)), because: `${name} ${quoted(value)}` }];
  });
  for (const state of ORDER) {
    const found = said.find((each) => each.state === state);
    if (found) return { state, because: found.because };
  }
  const [, state] = (said.length === 0 && FILE_NAMES.find(([pattern]) => pattern.test(fileName))) || [];
  return state === undefined || state === "active"
    ? { state: "active" }
    : { state, because: `the file ${quoted(fileName)}` };
}

/** Whether a column shows consent. */
export function isConsentColumn(name: string): boolean {
  const kind = kindOf(name);
  return kind !== null && !isOther(kind);
}

/** Whether a cell of an unknown column may show that a person must not be mailed. */
export function mayRefuse(name: string, value: unknown): boolean {
  const kind = kindOf(name);
  if (kind === null || !isOther(kind) || (typeof value === "string" && value.length > MAX_WORD)) return false;
  return READ[kind](plain(value)) !== "active";
}

function isOther(kind: Kind): boolean {
  return kind === "other" || kind === "unnamed";
}

/** Returns the name of a column in a file whose first line names none. */
export function unnamedColumn(index: number): string {
  return `column ${index + 1}`;
}

/** A longer value is not a word about consent. */
const MAX_WORD = 40;

/** The maximum number of column names whose kind is cached; a CSV file has dozens. */
const MAX_KINDS = 1000;
const kinds = new Map<string, Kind | null>();

function kindOf(name: string): Kind | null {
  const known = kinds.get(name);
  if (known !== undefined) return known;
  const kind = findKind(name);
  if (kinds.size < MAX_KINDS) kinds.set(name, kind);
  return kind;
}

function findKind(name: string): Kind | null {
  if (isColumn(name)) return null;
  if (/^column \d+$/.test(name)) return "unnamed";
  const bare = name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]/g, "");
  const found = COLUMNS.find(([pattern]) => pattern.test(bare));
  return found ? found[1] : "other";
}

function plain(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value ?? "") ?? "");
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{S}]+/gu, " ")
    .trim();
}
