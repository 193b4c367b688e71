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
}

/** `paperboy.yaml` for these answers, with a word to each setting. It holds no secret. */
export function settingsFile({ from, to, topics, minUpvotes }: Answers): string {
  const view = topics.length > 0 || minUpvotes > 0;
  return [
    "# Paperboy's settings. All of them: docs/configuration.md. What holds, and where it comes from: paperboy config",
    "",
    "# The sender, as readers see it.",
    entry({ from }),
    "# Who gets every completed day, in one letter each. Nobody sees another's address.",
    entry({ to }),
    ...(view ? ["# What the letter keeps: papers that speak of one of these, with so many votes."] : []),
    ...(view
      ? [entry({ view: { ...(topics.length > 0 && { include: topics }), ...(minUpvotes > 0 && { minUpvotes }) } })]
      : []),
    "# Who is told when a run needs a person.",
    entry({ operator: to[0] }),
  ]
    .join("\n")
    .replaceAll("\n\n#", "\n#")
    .replace("\n#", "\n\n#");
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

function entry(value: object): string {
  return stringify(value, { lineWidth: 0 });
}
