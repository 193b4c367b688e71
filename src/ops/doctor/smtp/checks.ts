import { BUDGET } from "../../../render/budget.js";
import { loginProblem } from "../../../send/providers/table.js";
import { hintFor, readFault, withoutAddresses } from "../../../send/smtp/errors.js";
import { closeSession, openSession, SMTP_TIMES } from "../../../send/smtp/session.js";
import { after, fail, isAbsent, ok, skipped, warn } from "../check.js";
import type { Check, Finding } from "../check.js";
import { countReaders } from "../readers.js";
import { checkCertificate } from "./certificate.js";
import type { MailServer, Handshake } from "./server.js";

/** Time limits in ms. Later steps include the time of the earlier ones. */
const LIMITS = { name: 15_000, port: 30_000, handshake: 60_000, login: 90_000 } as const;

export const SMTP_CHECKS: readonly Check<MailServer>[] = [
  {
    id: "smtp.name",
    title: "the mail server's name resolves",
    why: "Paperboy cannot connect to it without an address",
    limitMs: LIMITS.name,
    run: checkName,
  },
  {
    id: "smtp.port",
    title: "the mail server accepts connections",
    why: "many networks and cloud machines block mail ports",
    limitMs: LIMITS.port,
    run: (server) => after(server.addresses, "the mail server's name does not resolve", () => checkPort(server)),
  },
  {
    id: "smtp.tls",
    title: "the connection is encrypted, and the certificate is valid",
    why: "without encryption, letters and the password could be read in transit, so Paperboy sends nothing",
    limitMs: LIMITS.handshake,
    run: (server) => after(server.open, "the mail server accepts no connection", () => checkEncryption(server)),
  },
  {
    id: "smtp.offers",
    title: "the server offers what Paperboy needs",
    why: "Paperboy can only use a login that the server offers",
    limitMs: LIMITS.handshake,
    run: (server) =>
      after(server.handshake, "the SMTP handshake failed", (handshake) => checkOffers(handshake, server)),
  },
  {
    id: "smtp.login",
    title: "the login is accepted",
    why: "a refused login is the most common reason why no letter arrives",
    limitMs: LIMITS.login,
    run: (server) => after(server.handshake, "the SMTP handshake failed", (handshake) => checkLogin(handshake, server)),
  },
  {
    id: "smtp.size",
    title: "the server accepts letters of this size",
    why: "the server would refuse a larger letter for every reader",
    limitMs: LIMITS.handshake,
    run: (server) => after(server.handshake, "the SMTP handshake failed", ({ offers }) => checkSize(offers)),
  },
  {
    id: "smtp.quota",
    title: "the provider's daily limit is high enough for all readers",
    why: "above its daily limit a provider refuses letters, and may lock the account",
    limitMs: LIMITS.name,
    run: checkQuota,
  },
];

async function checkName({ addresses, settings }: MailServer): Promise<Finding> {
  const found = await addresses();
  if (found.length > 0) return ok(`${settings.host}: ${found.slice(0, 3).join(", ")}`);
  return fail(
    `the name ${settings.host} does not resolve`,
    "Check its spelling in `smtp` (or PAPERBOY_SMTP_URL), and this machine's DNS.",
  );
}

async function checkPort({ open, settings }: MailServer): Promise<Finding> {
  try {
    return ok(`${settings.host}:${settings.port} (${await open()})`);
  } catch (error) {
    return connectionFault(`${settings.host}:${settings.port}`, error);
  }
}

/** Explains a failed connection with the same table as a run. */
function connectionFault(where: string, error: unknown): Finding {
  const fault = readFault(error);
  return fail(`${where}: ${withoutAddresses(fault.words)}`, hintFor(fault));
}

async function checkEncryption(server: MailServer): Promise<Finding> {
  const { handshake, settings } = server;
  try {
    return checkHandshake(await handshake(), server);
  } catch (error) {
    return connectionFault(`${settings.host}:${settings.port}`, error);
  }
}

function checkHandshake({ encryption }: Handshake, { settings, isLocal, wall }: MailServer): Finding {
  const { host, allowPlaintext } = settings;
  if (isLocal) return ok(`${host} is this machine, so encryption is not needed`);
  if (encryption) return checkCertificate(encryption, { host, now: wall() });
  const fix = hintFor({ codes: ["ETLS"], reply: null, command: "", words: "" });
  if (!allowPlaintext) return fail(`${host} offers no STARTTLS on port ${settings.port}`, fix);
  return warn(`${host} offers no encryption, and smtp.allowPlaintext sends letters unencrypted`, fix);
}

function checkOffers({ offers }: Handshake, { settings, isLocal, wantsBounces }: MailServer): Finding {
  const mechanisms = offers.get("AUTH");
  const detail = [...offers.keys()].join(", ") || "no extensions";
  if (settings.login !== null && mechanisms === undefined) {
    const fix = hintFor({ codes: ["ENOLOGIN"], reply: null, command: "", words: "" });
    return fail("the server offers no login, but one is configured", fix);
  }
  if (settings.login !== null && !/\b(?:PLAIN|LOGIN|CRAM-MD5)\b/.test(mechanisms ?? "")) {
    return fail(
      `the server accepts no passwords, only ${mechanisms}`,
      "This provider has disabled password logins (basic authentication): use a relay or provider that accepts them.",
    );
  }
  if (settings.login === null && mechanisms !== undefined && !isLocal) {
    return warn(
      "the server offers a login, but none is configured",
      "Set user and password, unless this server accepts mail from this machine without a login.",
    );
  }
  const bounces = wantsBounces && !offers.has("DSN") ? "; the server does not support bounce reports (DSN)" : "";
  return ok(`${detail}${bounces}`);
}

/** Time-outs in ms. They are shorter than those of a run, because the operator waits for the result. */
const TIMES = { ...SMTP_TIMES, connect: 20_000, greeting: 20_000, command: 20_000 };

async function checkLogin(
  { encryption }: Handshake,
  { settings, provider, isLocal, wall }: MailServer,
): Promise<Finding> {
  const { host, login } = settings;
  if (login === null) return skipped("no login is configured");
  if (!isLocal && encryption === null) return skipped("the connection is not encrypted, so the password is not sent");
  if (!isLocal && encryption && checkCertificate(encryption, { host, now: wall() }).result === "fail") {
    return skipped("the certificate is not valid, so the password is not sent");
  }
  try {
    await closeSession(await openSession(settings, TIMES));
    return ok(`${host} accepts the login`);
  } catch (error) {
    const fault = readFault(error);
    const known = loginProblem(fault.words, provider);
    const { means, step } = known ?? { means: withoutAddresses(fault.words), step: hintFor(fault) };
    return fail(fault.reply === null ? means : `${means} (${fault.reply})`, step);
  }
}

/** The size of the largest letter in bytes: both parts at their limits, encoded for transfer, and headers with two signatures. */
const LARGEST_LETTER = BUDGET.htmlEncoded + Math.ceil(BUDGET.text * 1.4) + 16_384;

function checkSize(offers: Handshake["offers"]): Finding {
  // RFC 1870 section 4: 0, or a missing number, means no limit.
  const limit = Number(offers.get("SIZE") ?? 0) || 0;
  if (limit === 0) return ok("the server announces no limit");
  const detail = `the server accepts up to ${inKilobytes(limit)}`;
  if (limit >= LARGEST_LETTER) return ok(detail);
  return fail(
    `${detail}, but a letter can have ${inKilobytes(LARGEST_LETTER)}`,
    "Raise the server's limit (Postfix: message_size_limit), or shorten the letter: `view.abstracts: short`, `view.limit`.",
  );
}

function inKilobytes(bytes: number): string {
  return `${Math.floor(bytes / 1000)} kB`;
}

async function checkQuota({ settings, provider, readers }: MailServer): Promise<Finding> {
  const { name, limit } = provider;
  if (limit === undefined) return skipped(`the daily limit of ${settings.host} is not known`);
  const count = await countReaders(readers);
  if (isAbsent(count)) return skipped(count.absent);
  const letters = count.named + count.subscribed;
  const word = limit.source === "reported" ? " according to users" : "";
  const detail = `${name} accepts ${limit.perDay} messages a day${word} (${limit.of}); readers: ${letters}`;
  if (letters <= limit.perDay) return ok(detail);
  const fix = `Use a provider for bulk mail, or a larger plan; until then set \`delivery.perDay: ${limit.perDay}\`, so that the account is not locked.`;
  return limit.hasLargerPlans ? warn(detail, fix) : fail(detail, fix);
}
