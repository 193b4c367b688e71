import type { SubscriberState } from "../../store/store.js";
import { isColumn } from "../columns.js";
import { quoted } from "../preferences.js";

/** What the columns of another tool say about a person. `because` is such as `unsubscribed "2026-05-01"`. */
export type Consent =
  | { readonly state: "active" }
  | { readonly state: Exclude<SubscriberState, "active"> | "unknown"; readonly because: string };

/** `status`: a word, or yes and no. `confirmed`: yes and no. The others: a reason or a date, blank for everybody else. */
type Kind = "status" | "confirmed" | "left" | "bounced";

const WHOSE =
  "(?:is|e?mail|mailing|newsletter|list|marketing|subscription|subscriber|member|contact|audience|user|global)*";

/**
 * The columns by which other tools export consent, by their names in lower case without spaces and punctuation. The first match counts;
 * null is for links and figures that everybody has. Seen in exports of Ghost (`subscribed_to_emails`), Buttondown (`type`), beehiiv,
 * listmonk, MailerLite and EmailOctopus (`status`), MailPoet (`global_status`), Klaviyo (`Email Marketing Consent`), Shopify (`Accepts
 * Email Marketing`), Brevo (`BLOCKLISTED`), Mailchimp (`UNSUB_TIME`, `CLEAN_TIME`), Substack (`email_disabled`) and HubSpot
 * (`Unsubscribed from all email`).
 */
const COLUMNS: readonly (readonly [name: RegExp, kind: Kind | null])[] = [
  [/(?:url|link|token|hash|key|count|total|score|rate|rating|id|page)$|^soft/, null],
  [/bounce|undeliver|^clean(?:ed)?(?:at|on|date|time)$/, "bounced"],
  [
    /unsub|opt(?:ed)?out|complain|spam|abuse|blocked|blocklist|blacklist|suppress|donot(?:contact|e?mail)|emaildisabled/,
    "left",
  ],
  [/^(?:left|dnc)$|^(?:left|deleted|removed|cancell?ed|archived|deactivated|disabled)(?:at|on|date|time)$/, "left"],
  [/^(?:is)?confirmed$/, "confirmed"],
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
    "comped|gifted|trial|trialed|trialing|past due|churning|granted|allowed|accepted|verified|marketing contact",
  gone:
    "unsubscribed|unsubscribe|unsub|opted out|optout|opt out|left|gone|inactive|disabled|deactivated|cancelled|canceled|removed|" +
    "deleted|archived|suppressed|complained|complaint|abuse|spam|junk|blocked|blocklisted|blacklisted|banned|never subscribed|" +
    "non subscribed|nonsubscribed|not subscribed|no|n|false|f|0|off|denied|declined|revoked|withdrawn|rejected|transactional|" +
    "expired|none|no consent|no permissions set|do not contact|do not email|globally unsubscribed|suspended|non marketing contact",
  bounced: "bounced|bounce|cleaned|hard bounced|hard bounce|undeliverable|invalid",
  pending: "pending|unconfirmed|not confirmed|unactivated|not activated|unverified|awaiting confirmation|validating",
  paused: "paused|on hold|snoozed",
};

const STATES: ReadonlyMap<string, SubscriberState> = new Map(
  (Object.keys(WORDS) as SubscriberState[]).flatMap((state) => WORDS[state].split("|").map((word) => [word, state])),
);

/** Values of a column about leaving by which a person has not left. */
const STAYED = /^(?:no|n|false|f|off|none|null|na|n a|never|subscribed|active|opted in|[0 ]*)$/;

const READ: Readonly<Record<Kind, (value: string) => SubscriberState | "unknown">> = {
  status: (value) => STATES.get(value) ?? "unknown",
  confirmed: (value) => {
    const state = READ.status(value);
    return state === "gone" ? "pending" : state;
  },
  left: (value) => (STAYED.test(value) ? "active" : "gone"),
  bounced: (value) => (STAYED.test(value) ? "active" : "bounced"),
};

/** Of several columns, the first of these states counts. */
const ORDER = ["gone", "bounced", "unknown", "pending", "paused"] as const;

/** Returns what the columns of a row say about consent; `active` without such a column. */
export function readConsent(cells: ReadonlyMap<string, unknown>): Consent {
  const said = [...cells].flatMap(([name, value]) => {
    const kind = isColumn(name) ? null : kindOf(name);
    return kind === null ? [] : [{ state: READ[kind](plain(value)), because: `${name} ${quoted(value)}` }];
  });
  for (const state of ORDER) {
    const found = said.find((each) => each.state === state);
    if (found) return { state, because: found.because };
  }
  return { state: "active" };
}

/** Whether an import reads a column of this name: one of its own, or one that says who is subscribed. */
export function isRead(name: string): boolean {
  return isColumn(name) || kindOf(name) !== null;
}

function kindOf(name: string): Kind | null {
  const bare = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return COLUMNS.find(([pattern]) => pattern.test(bare))?.[1] ?? null;
}

function plain(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value ?? "") ?? "");
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{S}]+/gu, " ")
    .trim();
}
