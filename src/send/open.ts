import { PaperboyError } from "../core/errors.js";
import { parseSmtp, type SmtpChoices } from "./smtp/settings.js";
import type { Transport } from "./transport.js";

/** How mail is sent, as configured. */
export interface TransportChoice {
  /** An SMTP URL, SMTP settings, or null to write to the outbox. */
  readonly smtp: string | SmtpChoices | null;
  /** The outbox folder. */
  readonly outbox: string;
}

/**
 * Returns the configured transport. Nothing is connected or written yet.
 * @throws PaperboyError `config-invalid` if the SMTP settings are invalid. The message contains no secret.
 */
export async function openTransport({ smtp, outbox }: TransportChoice): Promise<Transport> {
  if (smtp === null) {
    const { outboxTransport } = await import("./outbox.js");
    return outboxTransport(outbox);
  }
  const parsed = parseSmtp(smtp);
  if (!parsed.ok) {
    throw new PaperboyError("config-invalid", {
      message: `the SMTP settings are invalid: ${parsed.why}`,
      hint: "Set `smtp` in the configuration, or PAPERBOY_SMTP_URL, such as smtp://user:password@mail.example.org:587.",
    });
  }
  const { smtpTransport } = await import("./smtp/connection.js");
  return smtpTransport({ settings: parsed.settings });
}
