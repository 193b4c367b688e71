import { BUDGET } from "../../../render/budget.js";
import { loginProblem } from "../../../send/providers/find.js";
import { hintFor, readFault, withoutAddresses } from "../../../send/smtp/errors.js";
import { closeSession, openSession, SMTP_TIMES } from "../../../send/smtp/session.js";
import { after, fail, isAbsent, ok, skipped, warn } from "../check.js";
import type { Check, Finding } from "../check.js";
import { countReaders } from "../readers.js";
import { judgeCertificate } from "./certificate.js";
import type { MailServer, Talk } from "./server.js";

/** Name, connection, greeting, TLS and login, each in its own time: what comes later waits for what comes before. */
const LIMITS = { name: 15_000, port: 30_000, talk: 60_000, login: 90_000 } as const;

export const SMTP_CHECKS: readonly Check<MailServer>[] = [
  {
    id: "smtp.name",
    title: "the mail server's name is known",
    why: "without its address nothing can be handed to it",
    limitMs: LIMITS.name,
    run: checkName,
  },
  {
    id: "smtp.port",
    title: "the mail server takes connections",
    why: "many networks and cloud machines block mail ports",
    limitMs: LIMITS.port,
    run: (server) => after(server.addresses, "the mail server's name is not known", () => checkPort(server)),
  },
  {
    id: "smtp.tls",
    title: "the connection is encrypted, and the certificate good",
    why: "letters and the password would be read on the way; where it is in doubt, nothing is sent",
    limitMs: LIMITS.talk,
    run: (server) => after(server.open, "the mail server takes no connection", () => checkEncryption(server)),
  },
  {
    id: "smtp.offers",
    title: "the server offers what is needed",
    why: "a login that is not offered cannot be made",
    limitMs: LIMITS.talk,
    run: (server) => after(server.talk, "the server could not be asked", (talk) => checkOffers(talk, server)),
  },
  {
    id: "smtp.login",
    title: "the login is taken",
    why: "the commonest reason why no letter comes",
    limitMs: LIMITS.login,
    run: (server) => after(server.talk, "the server could not be asked", (talk) => checkLogin(talk, server)),
  },
  {
    id: "smtp.size",
    title: "the server takes letters of our size",
    why: "a letter that is too large is refused for every reader",
    limitMs: LIMITS.talk,
    run: (server) => after(server.talk, "the server could not be asked", ({ offers }) => checkSize(offers)),
  },
  {
    id: "smtp.quota",
    title: "the provider takes as many letters as there are readers",
    why: "over its daily limit a provider refuses the rest, and may lock the account",
    limitMs: LIMITS.name,
    run: checkQuota,
  },
];

async function checkName({ addresses, settings }: MailServer): Promise<Finding> {
  const found = await addresses();
  if (found.length > 0) return ok(`${settings.host}: ${found.slice(0, 3).join(", ")}`);
  return fail(
    `nobody knows the name ${settings.host}`,
    "Check its spelling in `smtp` (or PAPERBOY_SMTP_URL), and this machine's DNS.",
  );
}

async function checkPort({ open, settings }: MailServer): Promise<Finding> {
  try {
    return ok(`${settings.host}:${settings.port} (${await open()})`);
  } catch (error) {
    return faulty(`${settings.host}:${settings.port}`, error);
  }
}

/** A fault of the connection as a failure, explained by the same table as a run's. */
function faulty(where: string, error: unknown): Finding {
  const fault = readFault(error);
  return fail(`${where}: ${withoutAddresses(fault.words)}`, hintFor(fault));
}

async function checkEncryption(server: MailServer): Promise<Finding> {
  const { talk, settings } = server;
  try {
    return judgeEncryption(await talk(), server);
  } catch (error) {
    return faulty(`${settings.host}:${settings.port}`, error);
  }
}

function judgeEncryption({ encryption }: Talk, { settings, isHere, wall }: MailServer): Finding {
  const { host, allowPlaintext } = settings;
  if (isHere) return ok(`${host} is this machine: nothing leaves it unencrypted`);
  if (encryption) return judgeCertificate(encryption, { host, now: wall() });
  const fix = hintFor({ codes: ["ETLS"], reply: null, command: "", words: "" });
  if (!allowPlaintext) return fail(`${host} offers no STARTTLS on port ${settings.port}`, fix);
  return warn(`${host} offers no encryption, and smtp.allowPlaintext lets letters go out readable`, fix);
}

function checkOffers({ offers }: Talk, { settings, isHere, wantsBounces }: MailServer): Finding {
  const mechanisms = offers.get("AUTH");
  const says = [...offers.keys()].join(", ") || "nothing beyond plain SMTP";
  if (settings.login !== null && mechanisms === undefined) {
    const fix = hintFor({ codes: ["ENOLOGIN"], reply: null, command: "", words: "" });
    return fail("it offers no login, and one is configured", fix);
  }
  if (settings.login !== null && !/\b(?:PLAIN|LOGIN|CRAM-MD5)\b/.test(mechanisms ?? "")) {
    return fail(
      `it takes no passwords: its logins are ${mechanisms}`,
      "This provider has switched passwords off (basic authentication): use a relay or provider that takes them.",
    );
  }
  if (settings.login === null && mechanisms !== undefined && !isHere) {
    return warn(
      "it offers a login, and none is configured",
      "Set user and password, unless this server takes mail from here without.",
    );
  }
  const bounces = wantsBounces && !offers.has("DSN") ? "; it does not promise to report bounces (DSN)" : "";
  return ok(`${says}${bounces}`);
}

/** Nobody wants to wait for a doctor as long as a run waits for a server. */
const TIMES = { ...SMTP_TIMES, connect: 20_000, greeting: 20_000, command: 20_000 };

async function checkLogin({ encryption }: Talk, { settings, provider, isHere, wall }: MailServer): Promise<Finding> {
  const { host, login } = settings;
  if (login === null) return skipped("no login is configured");
  if (!isHere && encryption === null) return skipped("the connection is not encrypted, so the password is kept back");
  if (!isHere && encryption && judgeCertificate(encryption, { host, now: wall() }).result === "fail") {
    return skipped("the certificate is not good, so the password is kept back");
  }
  try {
    await closeSession(await openSession(settings, TIMES));
    return ok(`${host} lets us in`);
  } catch (error) {
    const fault = readFault(error);
    const known = loginProblem(fault.words, provider);
    const { means, step } = known ?? { means: withoutAddresses(fault.words), step: hintFor(fault) };
    return fail(fault.reply === null ? means : `${means} (${fault.reply})`, step);
  }
}

/** In bytes: both parts at their largest as they are encoded for the way, and the headers with two signatures. */
const LARGEST_LETTER = BUDGET.htmlEncoded + Math.ceil(BUDGET.text * 1.4) + 16_384;

function checkSize(offers: Talk["offers"]): Finding {
  // RFC 1870 section 4: 0, or no figure, is no limit.
  const limit = Number(offers.get("SIZE") ?? 0) || 0;
  if (limit === 0) return ok("it names no limit");
  const says = `it takes ${inKilobytes(limit)}`;
  if (limit >= LARGEST_LETTER) return ok(says);
  return fail(
    `${says}, and a letter may have ${inKilobytes(LARGEST_LETTER)}`,
    "Raise the server's limit (Postfix: message_size_limit), or shorten the letter: `view.abstracts: short`, `view.limit`.",
  );
}

function inKilobytes(bytes: number): string {
  return `${Math.floor(bytes / 1000)} kB`;
}

async function checkQuota({ settings, provider, readers }: MailServer): Promise<Finding> {
  const { name, limit } = provider;
  if (limit === undefined) return skipped(`no daily limit of ${settings.host} is known`);
  const count = await countReaders(readers);
  if (isAbsent(count)) return skipped(count.absent);
  const letters = count.named + count.subscribed;
  const word = limit.source === "reported" ? " by what users report" : "";
  const says = `${name} takes ${limit.perDay} a day${word} (${limit.of}); there are ${letters} readers`;
  if (letters <= limit.perDay) return ok(says);
  const fix = `Mail through a provider for lists, or a larger plan; until then set \`delivery.perDay: ${limit.perDay}\`, so that the account is not locked.`;
  return limit.isLargerSold ? warn(says, fix) : fail(says, fix);
}
