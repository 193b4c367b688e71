import { afterEach } from "vitest";
import type { Delivery } from "../../../src/core/model.js";
import { deliver, openMailer } from "../../../src/send/mailer.js";
import { openTransport } from "../../../src/send/open.js";
import { smtpTransport } from "../../../src/send/smtp/connection.js";
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
  return keep(openMailer(await openTransport({ smtp: url, outbox: "unused" })));
}

/**
 * Returns a mailer to this machine by an address that does not count as loopback (Linux connects 0.0.0.0 to itself), to test the
 * rules for remote servers against a real server.
 */
export function elsewhere(port: number, settings: Partial<SmtpSettings> = {}): Mailer {
  const remote = { host: "0.0.0.0", port, secure: false, login: null, allowPlaintext: false, ...settings };
  return keep(openMailer(smtpTransport({ settings: remote })));
}

/** Sends the invented letter to each address and returns the deliveries. */
export async function sendAll(addresses: readonly string[], mailer: Mailer) {
  const deliveries: Delivery[] = [];
  const outcome = await deliver(await messagesFor(addresses), mailer, (delivery) => deliveries.push(delivery));
  return { ...outcome, deliveries };
}
