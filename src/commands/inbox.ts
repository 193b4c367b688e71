import { stat } from "node:fs/promises";
import path from "node:path";
import type { App } from "../app.js";
import { PaperboyError } from "../errors.js";
import type { MailSource, TakenIn, TakingIn } from "../inbox/take-in.js";
import type { Identity } from "../inbox/tokens.js";
import { DEFAULT_LOOK } from "../render/renderer.js";
import { parseMailbox } from "../send/address.js";
import { table } from "../terminal.js";
import type { CommandModule, Outcome } from "./command.js";
import { addressOf } from "./mailer.js";
import { viewOf } from "./options.js";
import { sendOutgoing } from "./outgoing.js";

/** `paperboy inbox [SOURCE...]`: what comes back by mail. */
export const inbox: CommandModule = {
  description:
    "Take in mails: bounces and complaints end a subscription, and people join, leave, rest or change by mail. Each mail is kept first, " +
    "then acted on, then marked. SOURCE is a maildir, a file with one mail, or - for one mail on standard input; without it: the " +
    "`inbox.maildir` of paperboy.yaml.",
  examples: ["paperboy inbox", "paperboy inbox /var/mail/papers/Maildir", "paperboy inbox - < bounce.eml"],
  define: (command, run) =>
    command
      .argument("[source...]", "a maildir, a file with one mail, or -")
      .action((sources) => run((app) => takeInAll(app, sources))),
};

async function takeInAll(app: App, names: readonly string[]): Promise<Outcome> {
  // Everything is looked for before the first mail is touched.
  const sources = await Promise.all((names.length > 0 ? names : [configured(app)]).map((name) => open(app, name)));
  const { takeIn } = await import("../inbox/take-in.js");
  const parts = await partsOf(app);
  const taken: TakenIn[] = [];
  for (const source of sources) taken.push(await takeIn(source, parts));
  // Answers were put in line with what they speak of; now that all of it is kept, they may leave.
  await sendOutgoing(app, await app.store());
  return outcomeOf(taken);
}

function configured({ home, config }: App): string {
  const { maildir } = config.settings.inbox;
  if (maildir !== undefined) return path.resolve(home, maildir);
  throw new PaperboyError("config-invalid", {
    message: "nobody said where mails come in",
    hint: "Name a maildir or a file, or set `inbox: { maildir: DIR }` in paperboy.yaml.",
  });
}

async function open({ world, home, config }: App, name: string): Promise<MailSource> {
  const { readMaildir, readMailFrom, readMailOf } = await import("../inbox/maildir.js");
  if (name === "-") return readMailFrom(world.stdin);
  const place = path.resolve(world.directory, name);
  const found = await stat(place).catch((cause: unknown) => {
    throw new PaperboyError("usage", { message: `there is no ${place}`, hint: "Name a maildir or a file.", cause });
  });
  if (!found.isDirectory()) return readMailOf(place);
  const { done } = config.settings.inbox;
  return readMaildir({ folder: place, done: done === undefined ? null : path.resolve(home, done) });
}

async function partsOf(app: App): Promise<TakingIn> {
  const { settings } = app.config;
  const { look, publicUrl, unsubscribeAddress, delivery } = settings;
  const address = unsubscribeAddress === undefined ? null : addressOf(app, unsubscribeAddress, "unsubscribeAddress");
  const view = viewOf(app, {});
  return {
    store: await app.store(),
    secret: await app.secret(),
    view,
    house: {
      name: look.name ?? DEFAULT_LOOK.name,
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
    signal: app.world.signal,
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
  const rows = Object.entries(outcomes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const lines = table(rows.map(([outcome, mails]) => [String(mails), outcome]));
  return {
    message: `${arrived} mails`,
    data: rows.length === 0 ? `${arrived} mails\n` : `${lines}\n`,
    result: { mails: arrived, outcomes },
  };
}
