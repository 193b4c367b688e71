import { PaperboyError } from "../core/errors.js";
import type { Mailer } from "./mailer.js";
import { outboxMailer } from "./outbox/mailer.js";
import { type SmtpChoices, smtpFromChoices, smtpFromUrl, type SmtpSettings } from "./smtp/settings.js";
import type { Transport } from "./transport.js";

/** How mail is sent, as configured. */
export interface TransportChoice {
  /** An SMTP URL, SMTP settings, or null to write to the outbox. */
  readonly smtp: string | SmtpChoices | null;
  /** The outbox folder. */
  readonly outbox: string;
}

/**
 * Opens the configured mailer, for a few messages without a ledger. Does not connect or write yet.
 * @throws PaperboyError `config-invalid` if the SMTP settings are invalid. The message contains no secret.
 */
export async function openMailer({ smtp, outbox }: TransportChoice): Promise<Mailer> {
  if (smtp === null) {
    return outboxMailer(outbox);
  }
  const settings = readSettings(smtp);
  const { smtpMailer } = await import("./smtp/mailer.js");
  return smtpMailer(settings);
}

/**
 * Opens the configured transport, for deliveries of the ledger. Nothing is connected or written yet.
 * @throws PaperboyError `config-invalid` if the SMTP settings are invalid. The message contains no secret.
 */
export async function openTransport({ smtp, outbox }: TransportChoice): Promise<Transport> {
  if (smtp === null) {
    const { outboxTransport } = await import("./outbox/transport.js");
    return outboxTransport(outbox);
  }
  const settings = readSettings(smtp);
  const { smtpTransport } = await import("./smtp/connection.js");
  return smtpTransport({ settings });
}

function readSettings(smtp: string | SmtpChoices): SmtpSettings {
  const parsed = typeof smtp === "string" ? smtpFromUrl(smtp) : smtpFromChoices(smtp);
  if (parsed.ok) {
    return parsed.settings;
  }
  throw new PaperboyError("config-invalid", {
    message: `the SMTP settings are invalid: ${parsed.why}`,
    hint: "Set `smtp` in the configuration, or PAPERBOY_SMTP_URL, such as smtp://user:password@mail.example.org:587.",
  });
}
