import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { ioFailed, PaperboyError } from "../../core/errors.js";
import { presetOf } from "./answers.js";
import type { Answers } from "./answers.js";
import { serverUrl } from "./mail-server.js";

/** A file of a new home. */
export interface HomeFile {
  readonly name: string;
  readonly text: string;
}

/** Every name that the settings and secrets of a home can have. */
const NAMES = ["paperboy.yaml", "paperboy.yml", "paperboy.json", ".env"];

/** Refuses a home that is configured already, before any question is asked. Throws PaperboyError `config-invalid`. */
export function assertNewHome(home: string): void {
  const existing = NAMES.filter((name) => existsSync(path.join(home, name)));
  if (existing.length === 0) return;
  throw new PaperboyError("config-invalid", {
    message: `${home} already contains ${existing.join(" and ")}, and init overwrites nothing`,
    hint: "Edit the existing file (`paperboy config` shows the effective settings), or name another folder with --home.",
  });
}

/**
 * Writes the files of a new home, readable only by their owner, or none if it is configured already.
 * @throws PaperboyError `config-invalid` that names existing files; `io-failed` when a file cannot be written.
 */
export function writeHome(home: string, files: readonly HomeFile[]): void {
  assertNewHome(home);
  write(home, () => mkdirSync(home, { recursive: true, mode: 0o700 }));
  for (const { name, text } of files) {
    const file = path.join(home, name);
    // `wx` does not overwrite a file that was created in the meantime.
    write(file, () => writeFileSync(file, text, { flag: "wx", mode: 0o600 }));
  }
}

function write(file: string, work: () => unknown): void {
  try {
    work();
  } catch (cause) {
    throw ioFailed("write", file, { cause });
  }
}

/** Returns the files for these answers: the settings, and `.env` if there is a mail server. */
export function homeFiles(answers: Answers): readonly HomeFile[] {
  const environment = environmentFile(answers);
  return [
    { name: "paperboy.yaml", text: settingsFile(answers) },
    ...(environment === null ? [] : [{ name: ".env", text: environment }]),
  ];
}

/** Returns `paperboy.yaml` with a comment on each setting. It contains no secret. */
function settingsFile(answers: Answers): string {
  const { from, to, topics, interests, minUpvotes } = answers;
  const filters = { ...(topics.length > 0 && { include: topics }), ...(minUpvotes > 0 && { minUpvotes }) };
  const view = { ...filters, ...(interests.length > 0 && { interests }) };
  const comments = [
    ...(Object.keys(filters).length > 0 ? ["Letters contain only papers that match."] : []),
    ...(interests.length > 0 ? ["Letters lead with the papers closest to these interests."] : []),
  ];
  return [
    "# Settings of Paperboy. docs/configuration.md describes all of them; `paperboy config` shows the effective ones.",
    section("The sender that readers see.", { from }),
    recipients(answers),
    comments.length > 0 && section(comments.join(" "), { view }),
    section("The address that is alerted when a run needs attention.", { alertTo: to[0] }),
  ]
    .filter((part) => part !== false)
    .join("\n\n")
    .concat("\n");
}

/** Daily recipients are a setting. Weekly and monthly ones are subscribers in the database, so they must be able to unsubscribe. */
function recipients({ every, mail, from, to }: Answers): string {
  if (every === "day") return section("Each of these gets a separate letter for every completed day.", { to });
  const inDatabase = `# The database has the subscribers of each ${every}: paperboy subscribers list`;
  if (mail === "outbox") return inDatabase;
  const unsubscribe = section("Each letter names this address for unsubscribing, so read its mail.", {
    unsubscribeAddress: bareAddress(from),
  });
  return `${inDatabase}\n\n${unsubscribe}`;
}

/** Returns `.env` with the mail server and its password; null if no mail server is used. */
function environmentFile(answers: Answers): string | null {
  const url = smtpUrl(answers);
  if (url === null) return null;
  return `# Paperboy reads this file with paperboy.yaml. It contains the password: keep it out of version control.\nPAPERBOY_SMTP_URL="${url}"\n`;
}

function smtpUrl({ mail, server, from, user, password }: Answers): string | null {
  if (mail === "outbox") return null;
  if (server !== null) return serverUrl(server.settings);
  // A Postfix on this machine accepts mail from it without a login.
  if (mail === "local") return "smtp://localhost:25";
  const preset = presetOf(mail);
  if (preset === null) return null;
  const login =
    typeof preset.user === "object" ? preset.user.fixed : preset.user === "own" ? (user ?? "") : bareAddress(from);
  const scheme = preset.port === 465 ? "smtps" : "smtp";
  return `${scheme}://${encodeURIComponent(login)}:${encodeURIComponent(password ?? "")}@${preset.host}:${preset.port}`;
}

/** Returns the address of `Name <address>`. */
function bareAddress(mailbox: string): string {
  return /<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox;
}

function section(comment: string, value: object): string {
  return `# ${comment}\n${stringify(value, { lineWidth: 0 }).trimEnd()}`;
}
