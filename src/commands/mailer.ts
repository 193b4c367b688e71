import type { App, PartsOptions } from "../app.js";
import { PaperboyError } from "../errors.js";
import type { Letter, Message } from "../model.js";
import { parseAddress, parseMailbox } from "../send/address.js";
import type { Mailbox } from "../send/address.js";
import { composeMessage } from "../send/compose.js";
import { defaultListId } from "../send/headers.js";

/** Makes one person's message out of a letter. */
export interface Mailer {
  compose(letter: Letter, to: string): Promise<Message>;
}

interface MailerOptions extends PartsOptions {
  /** Marks the messages as test letters. */
  readonly test?: boolean;
}

const NOBODY: Mailbox = { name: "Paperboy", address: "paperboy@localhost" };

/**
 * A mailer with the configured sender.
 * @throws PaperboyError `config-invalid` when the sender is missing for SMTP, or is no address.
 */
export async function mailerOf(app: App, { readOnly, test = false }: MailerOptions = {}): Promise<Mailer> {
  const { replyTo, look } = app.config.settings;
  const from = senderOf(app);
  const key = await app.secret({ readOnly });
  const context = {
    from,
    listId: defaultListId(key),
    listName: look.name ?? "Paperboy",
    key,
    date: app.clock(),
    test,
    ...(replyTo === undefined ? {} : { replyTo: addressOf(replyTo, "replyTo") }),
  };
  return { compose: (letter, address) => composeMessage(letter, { address }, context) };
}

/**
 * Who is mailed: those named by `--to`, then those of `to:` in the configuration, each once, checked by the strict grammar.
 * @throws PaperboyError `usage` or `config-invalid` for something that is no address, `config-invalid` when nobody is named.
 */
export function readersOf(app: App, flags: readonly string[] = []): string[] {
  const named = flags.map((text) => addressOf(text, "--to"));
  const configured = app.config.settings.to.map((text) => addressOf(text, "to"));
  const readers = [...new Set([...named, ...configured])];
  if (readers.length > 0) return readers;
  throw new PaperboyError("config-invalid", {
    message: "nobody to mail: no reader is configured",
    hint: "Name one with --to you@example.com, or set `to:` in paperboy.yaml (PAPERBOY_TO).",
  });
}

/** SMTP needs a real sender; a login that is an address will do. The outbox harms nobody and needs none. */
function senderOf({ config }: App): Mailbox {
  const { from, smtp } = config.settings;
  const login = typeof smtp === "string" ? loginOf(smtp) : smtp?.user;
  const text = from ?? login;
  const parsed = text === undefined ? null : parseMailbox(text);
  if (parsed?.ok) return parsed.mailbox;
  if (smtp === undefined && from === undefined) return NOBODY;
  throw new PaperboyError("config-invalid", {
    message:
      from === undefined
        ? "mail over SMTP needs a sender, and the login is no address"
        : `from ${parsed?.ok === false ? parsed.why : ""}`,
    hint: "Set `from: Name <address@your.domain>` in paperboy.yaml, or PAPERBOY_FROM.",
  });
}

function loginOf(url: string): string | undefined {
  return URL.canParse(url) ? decodeURIComponent(new URL(url).username) || undefined : undefined;
}

/**
 * One address by the strict grammar, normalised.
 * @throws PaperboyError `usage` for a flag, `config-invalid` for a setting.
 */
export function addressOf(text: string, setting: "--to" | "to" | "replyTo"): string {
  const parsed = parseAddress(text.trim());
  if (parsed.ok) return parsed.address;
  throw new PaperboyError(setting === "--to" ? "usage" : "config-invalid", {
    message: `${setting} ${JSON.stringify(text)} ${parsed.why}`,
    hint: "One plain address each, such as you@example.com.",
  });
}
