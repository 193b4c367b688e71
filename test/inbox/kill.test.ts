import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, watch, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { readSecrets } from "../../src/secret.js";
import { openStore } from "../../src/store/open.js";
import { signToken } from "../../src/token.js";
import { freshHome, projectRoot } from "../support/paperboy.js";
import { letterFrom, wire } from "./mails.js";
import { makeMaildir } from "./rig.js";

const READERS = 200;
const STRANGERS = 90;
const DOMAIN = "bounces.example.org";

function bounceTo(returnPath: string): Buffer {
  const report = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@example.com\nAction: failed\nStatus: 5.1.1\n";
  const head = `From: MAILER-DAEMON@mx.example.com\nTo: ${returnPath}\nContent-Type: multipart/report; boundary=x`;
  return wire(`${head}\n\n--x\nContent-Type: message/delivery-status\n\n${report}\n--x--\n`);
}

/** Runs `paperboy inbox` and kills it once so many mails were moved; answers whether it came to its end before. */
async function runUntil(moved: number, home: string, maildir: string): Promise<boolean> {
  const program = path.join(projectRoot, "bin/paperboy.js");
  const env = { ...process.env, PAPERBOY_HOME: home, PAPERBOY_DELIVERY_BOUNCE_DOMAIN: DOMAIN };
  const child = spawn(process.execPath, [program, "inbox", maildir], { env, stdio: "ignore" });
  let left = moved;
  const watcher = watch(path.join(maildir, "cur"), () => {
    left -= 1;
    if (left === 0) child.kill("SIGKILL");
  });
  const [exit] = (await once(child, "exit")) as readonly unknown[];
  watcher.close();
  return exit === 0;
}

it("is killed again and again, and every mail counts once", async () => {
  const home = freshHome();
  const maildir = makeMaildir(path.join(home, "mail"));
  const { home: key, links } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
  const store = await openStore({ target: path.join(home, "paperboy.db"), key });
  const now = new Date();
  const wishes = { state: "active", frequency: "daily", view: DEFAULT_VIEW, origin: "operator" } as const;
  const readers = Array.from({ length: READERS }, (_, at) => ({ address: `r${at}@example.com`, ...wishes }));
  await store.subscribers.add(readers, { now });
  // What is answered stays in line, where it can be counted.
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
  while (!(await runUntil(17 + ((kills * 11) % 40), home, maildir))) kills += 1;

  expect(kills).toBeGreaterThan(3);
  expect(await store.inbox.counts()).toEqual({ "hard bounce": READERS, "asked to join": STRANGERS });
  expect(await store.subscribers.count()).toMatchObject({ bounced: READERS, active: 0 });
  const answers = await store.outgoing.claim({ limit: 1000, now, leaseMs: 60_000 });
  expect(new Set(answers.map(({ to }) => to)).size).toBe(STRANGERS);
  expect(answers).toHaveLength(STRANGERS);
  expect(readdirSync(path.join(maildir, "new"))).toEqual([]);
  expect(readdirSync(path.join(maildir, "cur"))).toHaveLength(READERS + STRANGERS);
  await store.close();
});
