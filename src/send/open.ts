import { PaperboyError } from "../core/errors.js";
import type { Carrier } from "./lane.js";
import { createOutbox } from "./outbox.js";
import { type SmtpChoices, smtpFromChoices, smtpFromUrl, type SmtpSettings } from "./smtp-settings.js";
import type { Transport } from "./transport.js";

/** Which way mail leaves, as the configuration says. */
export interface TransportChoice {
  /** An SMTP address, its parts, or null: then the outbox serves. */
  readonly smtp: string | SmtpChoices | null;
  /** The outbox's folder. */
  readonly outbox: string;
}

/**
 * The transport that the configuration asks for, for a few messages without a ledger. Nothing is connected or written yet.
 * @throws PaperboyError config-invalid when the SMTP settings cannot be read; the message holds no secret.
 */
export async function openTransport({ smtp, outbox }: TransportChoice): Promise<Transport> {
  if (smtp === null) {
    return createOutbox(outbox);
  }
  const settings = readSettings(smtp);
  const { createSmtp } = await import("./smtp.js");
  return createSmtp(settings);
}

/**
 * The way that the configuration asks for, as lanes for a drain. Nothing is connected or written yet.
 * @throws PaperboyError config-invalid when the SMTP settings cannot be read; the message holds no secret.
 */
export async function openCarrier({ smtp, outbox }: TransportChoice): Promise<Carrier> {
  if (smtp === null) {
    const { outboxCarrier } = await import("./outbox-lane.js");
    return outboxCarrier(outbox);
  }
  const settings = readSettings(smtp);
  const { smtpCarrier } = await import("./smtp-lane.js");
  return smtpCarrier({ settings });
}

function readSettings(smtp: string | SmtpChoices): SmtpSettings {
  const parsed = typeof smtp === "string" ? smtpFromUrl(smtp) : smtpFromChoices(smtp);
  if (parsed.ok) {
    return parsed.settings;
  }
  throw new PaperboyError("config-invalid", {
    message: `the SMTP settings cannot be read: ${parsed.why}`,
    hint: "Set `smtp` in the configuration, or PAPERBOY_SMTP_URL, such as smtp://user:password@mail.example.org:587.",
  });
}
