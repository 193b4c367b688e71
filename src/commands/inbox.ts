import { stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import type { MailSource, TakenIn, TakingIn } from "../inbox/take-in.js";
import type { Identity } from "../inbox/tokens.js";
import { DEFAULT_BRANDING } from "../render/renderer.js";
import { parseMailbox } from "../send/message/address.js";
import type { CommandModule, Outcome } from "./command.js";
import { imapPlace } from "../inbox/imap-place.js";
import { addressOf } from "../app/recipients.js";
import { houseView } from "./options.js";
import { sendTransactional } from "../app/transactional.js";

/** `paperboy inbox [--imap] [SOURCE...]`: what comes back by mail. */
export const inbox: CommandModule = {
  description:
    "Take in mails: bounces and complaints end a subscription, and people join, leave, rest or change by mail. Each mail is kept first, " +
    "then acted on, then marked. SOURCE is a maildir, a file with one mail, or - for one mail on standard input; without it: the " +
    "`inbox.maildir` and the `inbox.imap` of paperboy.yaml.",
  examples: [
    "paperboy inbox",
    "paperboy inbox --imap",
    "paperboy inbox /var/mail/papers/Maildir",
    "paperboy inbox - < bounce.eml",
  ],
  define: (command, run) =>
    command
      .argument("[source...]", "a maildir, a file with one mail, or -")
      .option("--imap", "the folder of `inbox.imap`, and no maildir that is not named")
      .action((names, { imap = false }) => run((app) => takeInAll(app, { names, imap }))),
};

/** Which mails are meant. */
interface Meant {
  readonly names: readonly string[];
  readonly imap: boolean;
}

async function takeInAll(app: App, meant: Meant): Promise<Outcome> {
  // Everything is looked for before the first mail is touched.
  const sources = await sourcesOf(app, meant);
  const { takeIn } = await import("../inbox/take-in.js");
  const parts = await partsOf(app);
  const taken: TakenIn[] = [];
  try {
    for (const source of sources) taken.push(await takeIn(source, parts));
  } finally {
    // Answers were put in line with what they speak of; now that all of it is kept, they may leave, whatever failed later.
    await sendTransactional(app, await app.store());
  }
  return outcomeOf(taken);
}

async function sourcesOf(app: App, { names, imap }: Meant): Promise<readonly MailSource[]> {
  const { settings } = app.config;
  const isAll = names.length === 0 && !imap;
  const { maildir } = settings.inbox;
  const folders = isAll && maildir !== undefined ? [path.resolve(app.home, maildir)] : names;
  const opened = await Promise.all(folders.map((name) => open(app, name)));
  const withImap = imap || (isAll && settings.inbox.imap !== undefined) ? [await openMailbox(app)] : [];
  const sources = [...opened, ...withImap];
  if (sources.length > 0) return sources;
  throw new PaperboyError("config-invalid", {
    message: "nobody said where mails come in",
    hint: "Name a maildir or a file, or set `inbox: { maildir: DIR }` or `inbox: { imap: { host: ... } }` in paperboy.yaml.",
  });
}

async function openMailbox({ environment, config }: App): Promise<MailSource> {
  const { imap } = config.settings.inbox;
  if (imap === undefined) {
    throw new PaperboyError("config-invalid", {
      message: "no IMAP folder is configured",
      hint: "Set `inbox: { imap: { host, user, password } }` (docs/inbox.md).",
    });
  }
  const { readImap } = await import("../inbox/imap.js");
  return readImap(imapPlace(imap), {
    signal: environment.signal,
    sleep: async (ms, signal) => void (await wait(ms, null, { signal }).catch(() => null)),
  });
}

async function open({ environment, home, config }: App, name: string): Promise<MailSource> {
  const { readMaildir, readMailFrom, readMailOf } = await import("../inbox/maildir.js");
  if (name === "-") return readMailFrom(environment.stdin);
  const place = path.resolve(environment.directory, name);
  const found = await stat(place).catch((cause: unknown) => {
    throw new PaperboyError("usage", { message: `there is no ${place}`, hint: "Name a maildir or a file.", cause });
  });
  if (!found.isDirectory()) return readMailOf(place);
  const { done } = config.settings.inbox;
  return readMaildir({ folder: place, done: done === undefined ? null : path.resolve(home, done) });
}

async function partsOf(app: App): Promise<TakingIn> {
  const { settings } = app.config;
  const { branding, publicUrl, unsubscribeAddress, delivery } = settings;
  const address = unsubscribeAddress === undefined ? null : addressOf(app, unsubscribeAddress, "unsubscribeAddress");
  const view = houseView(app);
  return {
    store: await app.store(),
    secret: await app.secret(),
    view,
    house: {
      name: branding.name ?? DEFAULT_BRANDING.name,
      language: view.language,
      address,
      publicUrl: publicUrl ?? null,
    },
    identity: async (): Promise<Identity> => ({
      keys: await app.linkKeys(),
      now: app.clock(),
      bounceDomain: delivery.bounceDomain ?? null,
      address: address?.toLowerCase() ?? null,
      own: ownAddresses(app),
    }),
    clock: app.clock,
    signal: app.environment.signal,
  };
}

/** Addresses of this installation: a mail from one of them is never answered. */
function ownAddresses({ config }: App): ReadonlySet<string> {
  const { from, replyTo, unsubscribeAddress } = config.settings;
  const parsed = [from, replyTo, unsubscribeAddress].map((text) => (text === undefined ? null : parseMailbox(text)));
  return new Set(parsed.flatMap((one) => (one?.ok ? [one.mailbox.address.toLowerCase()] : [])));
}

function outcomeOf(taken: readonly TakenIn[]): Outcome {
  const arrived = taken.reduce((sum, one) => sum + one.arrived, 0);
  const outcomes: Record<string, number> = {};
  for (const [outcome, mails] of taken.flatMap((one) => Object.entries(one.outcomes))) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + mails;
  }
  const parts = Object.keys(outcomes)
    .toSorted()
    .map((outcome) => `${outcomes[outcome]} ${outcome}`);
  return {
    message: [`${arrived} mails`, ...(parts.length === 0 ? [] : [parts.join("; ")])].join(": "),
    result: { mails: arrived, outcomes },
  };
}
