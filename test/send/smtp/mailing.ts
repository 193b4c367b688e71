import { afterEach } from "vitest";
import type { Delivery } from "../../../src/core/model.js";
import { deliver } from "../../../src/send/mailer.js";
import { openMailer } from "../../../src/send/open.js";
import { smtpMailer } from "../../../src/send/smtp/mailer.js";
import type { SmtpSettings } from "../../../src/send/smtp/settings.js";
import type { Mailer } from "../../../src/send/mailer.js";
import {
  type RawSmtp,
  type Smtp,
  type SmtpOptions,
  type SmtpScript,
  startRawSmtp,
  startSmtp,
} from "../../support/smtp.js";
import { messagesFor } from "../message/letters.js";

const open: { close(): Promise<void> }[] = [];

/** Closes everything that a test opened, in reverse order. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const part of open.splice(0).toReversed()) {
      await part.close();
    }
  });
}

function keep<T extends { close(): Promise<void> }>(part: T): T {
  open.push(part);
  return part;
}

export async function start(options: SmtpOptions = {}): Promise<Smtp> {
  return keep(await startSmtp(options));
}

export async function scripted(script: SmtpScript | ((connection: number) => SmtpScript)): Promise<RawSmtp> {
  return keep(await startRawSmtp(script));
}

export async function through(url: string): Promise<Mailer> {
  return keep(await openMailer({ smtp: url, outbox: "unused" }));
}

/**
 * Returns a mailer to this machine by an address that does not count as loopback (Linux connects 0.0.0.0 to itself), to test the
 * rules for remote servers against a real server.
 */
export function elsewhere(port: number, settings: Partial<SmtpSettings> = {}): Mailer {
  return keep(smtpMailer({ host: "0.0.0.0", port, secure: false, login: null, allowPlaintext: false, ...settings }));
}

/** Sends the invented letter to each address and returns the deliveries. */
export async function sendAll(addresses: readonly string[], mailer: Mailer) {
  const deliveries: Delivery[] = [];
  const outcome = await deliver(await messagesFor(addresses), mailer, (delivery) => deliveries.push(delivery));
  return { ...outcome, deliveries };
}
