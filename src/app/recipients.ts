import path from "node:path";
import type { App } from "./app.js";
import { distinctPeople } from "../core/address.js";
import { PaperboyError } from "../core/errors.js";
import { readText } from "../core/files.js";
import type { Letter } from "../core/model.js";
import type { Message } from "../send/message/body.js";
import { domainOf, parseAddress, parseMailbox } from "../send/message/address.js";
import type { AddressOptions, Mailbox } from "../send/message/address.js";
import { composeMessage } from "../send/message/template.js";
import type { ComposeContext } from "../send/message/template.js";
import { loadDkimKey } from "../send/message/dkim.js";
import type { DkimKey } from "../send/message/dkim.js";
import { defaultListId } from "../send/message/headers.js";
import { providerOf } from "../send/providers/table.js";
import { parseSmtp } from "../send/smtp/settings.js";
import type { SmtpSettings } from "../send/smtp/settings.js";
import { signToken } from "../core/tokens.js";
import type { TokenKeys } from "../core/tokens.js";
import { isLoopback, isUrl } from "../core/url.js";

/** Composes messages that the ledger does not record. */
export interface Composer {
  compose(letter: Letter, to: string): Promise<Message>;
}

/** The parts of an app that decide about messages. */
export type MessageApp = Pick<App, "config" | "home" | "secrets">;

/** The sender of letters in the outbox when none is configured. */
const LOCAL_SENDER: Mailbox = { name: "Paperboy", address: "paperboy@localhost" };

/**
 * Returns a composer with the configured sender.
 * @throws PaperboyError `config-invalid` if SMTP is configured without a sender, or the sender is not an address.
 */
export async function composerOf(
  app: MessageApp & Pick<App, "clock">,
  { isTest: test } = { isTest: false },
): Promise<Composer> {
  const context = { ...(await contextOf(app)), test, date: app.clock() };
  return { compose: (letter, address) => composeMessage(letter, { address }, context) };
}

/** Returns the values that all messages share: sender, list, links and signatures. The date depends on the edition. */
export async function contextOf(app: MessageApp): Promise<Omit<ComposeContext, "date">> {
  const { replyTo, branding, publicUrl, archive, smtp } = app.config.settings;
  assertAddresses(app);
  const from = senderOf(app);
  const { home: key, links: linkKeys } = await app.secrets();
  const links = readerLinks(app, linkKeys);
  return {
    from,
    listId: smtp === undefined ? defaultListId(key) : `daily.${domainOf(from.address)}`,
    listName: branding.name ?? "Paperboy",
    key,
    dkim: dkimKeys(app),
    rewritten: rewrittenBy(app),
    ...(links ? { links } : {}),
    // RFC 2369 allows any URL, but mail programs open only https.
    ...(publicUrl?.startsWith("https:") && archive ? { listArchive: `${publicUrl}/archive` } : {}),
    ...(replyTo === undefined ? {} : { replyTo: addressOf(app, replyTo, "replyTo") }),
    ...returnPathOf(app, linkKeys),
  };
}

/**
 * Returns a function that returns the signed links of a reader; null if neither `publicUrl` nor `unsubscribeAddress` is set.
 */
function readerLinks(app: Pick<App, "config">, keys: TokenKeys): ComposeContext["links"] | null {
  const { publicUrl, unsubscribeAddress } = app.config.settings;
  if (publicUrl === undefined && unsubscribeAddress === undefined) return null;
  const mailbox =
    unsubscribeAddress === undefined ? null : mailtoOf(addressOf(app, unsubscribeAddress, "unsubscribeAddress"));
  return ({ subscriberId }) => {
    if (subscriberId === undefined) return { unsubscribeUrl: null, unsubscribeMailto: null, preferencesUrl: null };
    const unsubscribe = signToken({ purpose: "unsubscribe", subscriberId }, keys);
    const preferences = signToken({ purpose: "preferences", subscriberId }, keys);
    return {
      unsubscribeUrl: publicUrl === undefined ? null : `${publicUrl}/u/${unsubscribe}`,
      preferencesUrl: publicUrl === undefined ? null : `${publicUrl}/p/${preferences}`,
      unsubscribeMailto: mailbox === null ? null : `${mailbox}?subject=unsubscribe%20${unsubscribe}`,
    };
  };
}

/** Returns a `mailto:` URL (RFC 6068), with other characters than those of plain addresses percent-encoded. */
function mailtoOf(address: string): string {
  const [local = "", domain = ""] = address.split("@");
  return `mailto:${encodeURIComponent(local).replaceAll("%2B", "+")}@${domain}`;
}

function returnPathOf({ config }: Pick<App, "config">, keys: TokenKeys): Pick<ComposeContext, "returnPath"> {
  const { bounceDomain } = config.settings.delivery;
  if (bounceDomain === undefined) return {};
  return {
    returnPath: ({ subscriberId = 0 }) => `b+${signToken({ purpose: "bounce", subscriberId }, keys)}@${bounceDomain}`,
  };
}

const UNREADABLE_KEY =
  "Correct `dkim` in paperboy.yaml, or the permissions of the key. No mail is sent without a signature, because it would be treated as spam.";

function dkimKeys({ config, home }: Pick<App, "config" | "home">): readonly DkimKey[] {
  const { dkim } = config.settings;
  if (!dkim) return [];
  return dkim.keys.map(({ selector, file }) =>
    loadDkimKey({ domain: dkim.domain, selector, privateKey: readText(path.resolve(home, file), UNREADABLE_KEY) }),
  );
}

/** Returns the header fields that the provider rewrites. They are not signed, because that would break the signature. */
function rewrittenBy({ config }: Pick<App, "config">): readonly string[] {
  const server = mailServerOf(config);
  return server === null ? [] : providerOf(server.host).rewrites;
}

/** Returns the settings of the mail server; null if there are none or they are invalid. */
function mailServerOf({ settings: { smtp } }: App["config"]): SmtpSettings | null {
  if (smtp === undefined) return null;
  const parsed = parseSmtp(smtp);
  return parsed.ok ? parsed.settings : null;
}

/** Returns which addresses are valid. Local addresses are valid only for the outbox or a mail server on this machine. */
export function addressOptions(config: App["config"]): AddressOptions {
  const server = mailServerOf(config);
  return { isLocal: server === null || isLoopback(server.host) };
}

/**
 * Returns the explicit recipients of a run, without duplicates: the addresses of `--to`, or else those of the setting `to`.
 * With `--to`, a run mails only these.
 * @throws PaperboyError `usage` (`--to`) or `config-invalid` (`to`) for an invalid address.
 */
export function explicitRecipients(app: Pick<App, "config">, flags: readonly string[] | null): string[] {
  assertAddresses(app);
  const named = flags
    ? flags.map((text) => addressOf(app, text, "--to"))
    : app.config.settings.to.map((text, index) => addressOf(app, text, `to.${index}`));
  return distinctPeople(named);
}

/** Returns the sender: `from`, or else the SMTP login if it is an address. Without SMTP, the default is a local address. */
function senderOf({ config }: Pick<App, "config">): Mailbox {
  const { from, smtp } = config.settings;
  const login = typeof smtp === "string" ? loginOf(smtp) : smtp?.user;
  const text = from ?? login;
  const parsed = text === undefined ? null : parseMailbox(text, addressOptions(config));
  if (parsed?.ok) return parsed.mailbox;
  if (smtp === undefined && from === undefined) return LOCAL_SENDER;
  throw new PaperboyError("config-invalid", {
    message:
      from === undefined
        ? "SMTP needs a sender, and the login is not an address"
        : `${config.placeOf("from")}: ${JSON.stringify(from)} ${parsed?.ok === false ? parsed.why : ""}`,
    hint: "Set `from: Name <address@your.domain>` in paperboy.yaml, or PAPERBOY_FROM.",
  });
}

function loginOf(url: string): string | undefined {
  return isUrl(url) ? decodeURIComponent(new URL(url).username) || undefined : undefined;
}

/** @throws PaperboyError `config-invalid` for an invalid address, even in a setting that this run does not use. */
function assertAddresses(app: Pick<App, "config">): void {
  const { replyTo, alertTo, unsubscribeAddress, delivery } = app.config.settings;
  for (const [setting, text] of Object.entries({ replyTo, alertTo, unsubscribeAddress })) {
    if (text !== undefined) addressOf(app, text, setting);
  }
  const { bounceDomain } = delivery;
  if (bounceDomain !== undefined && !parseAddress(`b@${bounceDomain}`, addressOptions(app.config)).ok) {
    throw new PaperboyError("config-invalid", {
      message: `${app.config.placeOf("delivery.bounceDomain")}: ${JSON.stringify(bounceDomain)} is not a full domain`,
      hint: "Set the domain whose mail `paperboy inbox` reads, such as bounces.example.org.",
    });
  }
  senderOf(app);
}

/**
 * Returns a normalised address.
 * @param setting the flag or the path of the setting that contains it.
 * @throws PaperboyError `usage` for a flag, `config-invalid` with file and line for a setting.
 */
export function addressOf({ config }: Pick<App, "config">, text: string, setting: string): string {
  const parsed = parseAddress(text.trim(), addressOptions(config));
  if (parsed.ok) return parsed.address;
  const isFlag = setting.startsWith("--");
  throw new PaperboyError(isFlag ? "usage" : "config-invalid", {
    message: `${isFlag ? setting : `${config.placeOf(setting)}:`} ${JSON.stringify(text)} ${parsed.why}`,
    hint: "Give a plain address, such as you@example.com.",
  });
}
