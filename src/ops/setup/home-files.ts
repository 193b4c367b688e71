import { stringify } from "yaml";
import type { MailChoice } from "./presets.js";
import { presetOf } from "./presets.js";

/** What somebody who begins has said. */
export interface Answers {
  readonly mail: MailChoice;
  /** The sender; also the login, where the provider wants an address. */
  readonly from: string;
  /** Where the login is a name of its own. */
  readonly user: string | null;
  readonly password: string | null;
  readonly to: readonly string[];
  readonly topics: readonly string[];
  readonly minUpvotes: number;
  readonly every: Rhythm;
}

/** How often a letter comes, in words of people and of the store. */
export const RHYTHMS = { day: "daily", week: "weekly", month: "monthly" } as const;

export type Rhythm = keyof typeof RHYTHMS;

/** `paperboy.yaml` for these answers, with a word to each setting. It holds no secret. */
export function settingsFile(answers: Answers): string {
  const { from, to, topics, minUpvotes } = answers;
  const view = { ...(topics.length > 0 && { include: topics }), ...(minUpvotes > 0 && { minUpvotes }) };
  return [
    "# Paperboy's settings. All of them: docs/configuration.md. What holds, and where it comes from: paperboy config",
    section("The sender, as readers see it.", { from }),
    readers(answers),
    Object.keys(view).length > 0 &&
      section("What the letter keeps: papers that speak of one of these, with so many votes.", { view }),
    section("Who is told when a run needs a person.", { alertTo: to[0] }),
  ]
    .filter((part) => part !== false)
    .join("\n\n")
    .concat("\n");
}

/** Who gets every day stands in the settings; who gets weeks or months is a reader in the database, who must be able to leave. */
function readers({ every, mail, from, to }: Answers): string {
  if (every === "day") {
    return section("Who gets every completed day, in one letter each. Nobody sees another's address.", { to });
  }
  const kept = `# Who gets every ${every} is kept in the database: paperboy subscribers list`;
  if (mail === "outbox") return kept;
  const leave = section("Where readers write who want no more: it stands in each letter. Somebody must read it.", {
    unsubscribeAddress: bare(from),
  });
  return `${kept}\n\n${leave}`;
}

/** `.env` for these answers: the mail server with its password; null where none is needed. */
export function environmentFile(answers: Answers): string | null {
  const url = smtpUrl(answers);
  if (url === null) return null;
  return `# Read by Paperboy beside paperboy.yaml. It holds the password: keep it out of version control.\nPAPERBOY_SMTP_URL="${url}"\n`;
}

function smtpUrl({ mail, from, user, password }: Answers): string | null {
  if (mail === "outbox") return null;
  // A Postfix of this machine takes mail from it without a login.
  if (mail === "local") return "smtp://localhost:25";
  const preset = presetOf(mail);
  if (preset === null) return null;
  const login = typeof preset.user === "object" ? preset.user.fixed : preset.user === "own" ? (user ?? "") : bare(from);
  const scheme = preset.port === 465 ? "smtps" : "smtp";
  return `${scheme}://${encodeURIComponent(login)}:${encodeURIComponent(password ?? "")}@${preset.host}:${preset.port}`;
}

/** The address of `Name <address>`. */
function bare(mailbox: string): string {
  return /<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox;
}

function section(comment: string, value: object): string {
  return `# ${comment}\n${stringify(value, { lineWidth: 0 }).trimEnd()}`;
}
