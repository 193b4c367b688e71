import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, watch, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { readSecrets } from "../../src/config/keys.js";
import { openStore } from "../../src/app/open-store.js";
import { signToken } from "../../src/core/tokens.js";
import { lacksDovecot, startDovecot } from "../support/dovecot.js";
import { freshHome, projectRoot } from "../support/paperboy.js";
import { letterFrom, wire } from "./mails.js";
import { makeMaildir } from "./harness.js";

const READERS = 100;
const STRANGERS = 50;
const DOMAIN = "bounces.example.org";

function bounceTo(returnPath: string): Buffer {
  const report = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@example.com\nAction: failed\nStatus: 5.1.1\n";
  const head = `From: MAILER-DAEMON@mx.example.com\nTo: ${returnPath}\nContent-Type: multipart/report; boundary=x`;
  return wire(`${head}\n\n--x\nContent-Type: message/delivery-status\n\n${report}\n--x--\n`);
}

interface Mailbox {
  readonly maildir: string;
  /** The arguments that make the program read it. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

async function maildirPlace(home: string): Promise<Mailbox> {
  const maildir = makeMaildir(path.join(home, "mail"));
  return { maildir, args: [maildir], environment: {}, close: () => Promise.resolve() };
}

/** The address 0.0.0.0 counts as remote, so the connection is encrypted and the certificate is checked. */
async function imapPlace(): Promise<Mailbox> {
  const dovecot = await startDovecot({ tls: "required" });
  const environment = {
    NODE_EXTRA_CA_CERTS: dovecot.certificate,
    PAPERBOY_INBOX_IMAP_HOST: "0.0.0.0",
    PAPERBOY_INBOX_IMAP_PORT: String(dovecot.port),
    PAPERBOY_INBOX_IMAP_SECURE: "false",
    PAPERBOY_INBOX_IMAP_USER: dovecot.user,
    PAPERBOY_INBOX_IMAP_PASSWORD: dovecot.password,
  };
  return { maildir: dovecot.maildir, args: ["--imap"], environment, close: () => dovecot.stop() };
}

/** Runs `paperboy inbox` and kills it once a number of mails were marked. Returns whether it ended before. */
async function runUntil(marked: number, home: string, { args, environment, maildir }: Mailbox): Promise<boolean> {
  const program = path.join(projectRoot, "bin/paperboy.js");
  const own = { PAPERBOY_HOME: home, PAPERBOY_DELIVERY_BOUNCE_DOMAIN: DOMAIN, ...environment };
  const env = { ...process.env, ...own };
  const child = spawn(process.execPath, [program, "inbox", ...args], { env, stdio: "ignore" });
  let left = marked;
  const watcher = watch(path.join(maildir, "cur"), () => {
    left -= 1;
    if (left === 0) child.kill("SIGKILL");
  });
  const [exit, signal] = (await once(child, "exit")) as readonly unknown[];
  watcher.close();
  if (exit !== 0 && signal !== "SIGKILL") throw new Error(`paperboy inbox ended with ${String(exit)}`);
  return exit === 0;
}

const isMissing = lacksDovecot();
if (isMissing) process.stderr.write("kills over IMAP are not tested: install dovecot-imapd\n");

it.each([["a maildir", maildirPlace], ...(isMissing ? [] : ([["an IMAP folder", imapPlace]] as const))] as const)(
  "handles every mail once when it is killed repeatedly over %s",
  async (_, open) => {
    const home = freshHome();
    const place = await open(home);
    const { maildir } = place;
    const { home: key, links } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
    const store = await openStore({ target: path.join(home, "paperboy.db"), key });
    const now = new Date();
    const preferences = { state: "active", frequency: "daily", view: DEFAULT_VIEW, origin: "operator" } as const;
    const readers = Array.from({ length: READERS }, (_, at) => ({ address: `r${at}@example.com`, ...preferences }));
    await store.subscribers.add(readers, { now });
    // While paused, replies stay in the queue, where they can be counted.
    await store.runs.set("paused", true);
    for (const [at, { address }] of readers.entries()) {
      const subscriberId = (await store.subscribers.find(address))?.id ?? 0;
      const token = signToken({ purpose: "bounce", subscriberId }, links);
      writeFileSync(path.join(maildir, "new", `${at}.bounce`), bounceTo(`b+${token}@${DOMAIN}`));
    }
    for (let at = 0; at < STRANGERS; at += 1) {
      writeFileSync(path.join(maildir, "new", `${at}.ask`), letterFrom(`s${at}@example.com`, "subscribe"));
    }

    let kills = 0;
    while (!(await runUntil(11 + ((kills * 7) % 20), home, place))) kills += 1;

    expect(kills).toBeGreaterThan(3);
    expect(await store.inbox.counts()).toEqual({ "hard bounce": READERS, "asked to join": STRANGERS });
    expect(await store.subscribers.count()).toMatchObject({ bounced: READERS, active: 0 });
    const answers = await store.transactional.claim({ limit: 1000, now, leaseMs: 60_000 });
    expect(new Set(answers.map(({ to }) => to)).size).toBe(STRANGERS);
    expect(answers).toHaveLength(STRANGERS);
    expect(readdirSync(path.join(maildir, "new"))).toEqual([]);
    const marked = readdirSync(path.join(maildir, "cur")).filter((name) => /:2,\w*S$/.test(name));
    expect(marked).toHaveLength(READERS + STRANGERS);
    await store.close();
    await place.close();
  },
);
