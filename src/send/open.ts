import { PaperboyError } from "../errors.js";
import { createOutbox } from "./outbox.js";
import { smtpFromChoices, smtpFromUrl, type SmtpChoices } from "./smtp-settings.js";
import type { Transport } from "./transport.js";

/** Which way mail leaves, as the configuration says. */
export interface TransportChoice {
  /** An SMTP address, its parts, or null: then the outbox serves. */
  readonly smtp: string | SmtpChoices | null;
  /** The outbox's folder. */
  readonly outbox: string;
}

/**
 * The transport that the configuration asks for. Nothing is connected or written yet.
 * @throws PaperboyError config-invalid when the SMTP settings cannot be read; the message holds no secret.
 */
export async function openTransport({ smtp, outbox }: TransportChoice): Promise<Transport> {
  if (smtp === null) {
    return createOutbox(outbox);
  }
  const parsed = typeof smtp === "string" ? smtpFromUrl(smtp) : smtpFromChoices(smtp);
  if (!parsed.ok) {
    throw new PaperboyError("config-invalid", {
      message: `the SMTP settings cannot be read: ${parsed.why}`,
      hint: "Set `smtp` in the configuration, or PAPERBOY_SMTP_URL, such as smtp://user:password@mail.example.org:587.",
    });
  }
  const { createSmtp } = await import("./smtp.js");
  return createSmtp(parsed.settings);
}
