import type { App } from "../app/app.js";
import type { ImapPlace } from "./imap-session.js";

type ImapSettings = NonNullable<App["config"]["settings"]["inbox"]["imap"]>;

/** Ports by RFC 8314 section 3.2 and RFC 9051 section 2.1. */
const IMAPS_PORT = 993;
const IMAP_PORT = 143;

/** The folder that `inbox.imap` means. */
export function imapPlace({ port, done, ...settings }: ImapSettings): ImapPlace {
  return { ...settings, port: port ?? (settings.secure ? IMAPS_PORT : IMAP_PORT), done: done ?? null };
}
