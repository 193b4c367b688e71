import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSecrets } from "../../src/config/keys.js";
import { openStore } from "../../src/app/open-store.js";
import type { Store } from "../../src/store/store.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { startSmtp } from "../support/smtp.js";
import type { Smtp } from "../support/smtp.js";

const NOW = new Date("2026-10-05T07:00:00Z");
const LETTER = ["run", fixture("pages/daily.html"), "--to", "reader@example.com"];

let home: string;
let store: Store;
let smtp: Smtp;

/** A home where a confirmation waits for a mail server. */
beforeEach(async () => {
  home = freshHome();
  smtp = await startSmtp();
  const { home: key } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
  store = await openStore({ target: path.join(home, "paperboy.db"), key });
  const mail = { kind: "confirm", to: "new@example.com", subject: "Please confirm", text: "One click.\n" } as const;
  await store.transactional.enqueue(
    { ...mail, html: null, headers: {}, sendBefore: new Date(Number(NOW) + 15 * 60_000) },
    NOW,
  );
});

afterEach(async () => {
  await store.close();
  await smtp.close();
});

const environment = () => ({
  PAPERBOY_SMTP_URL: smtp.url,
  PAPERBOY_FROM: "Paperboy <digest@example.org>",
  PAPERBOY_PUBLIC_URL: "https://papers.example.org",
  PAPERBOY_SERVE_PORT: "0",
});
const recipients = () =>
  smtp.messages.map(({ envelope }) => envelope.to[0] ?? "").toSorted((a, b) => a.localeCompare(b));
const waiting = async () => (await store.transactional.waiting(NOW)).mails;

describe("a queued confirmation", () => {
  it("is sent by the next run, together with the letters", async () => {
    expect((await paperboy(LETTER, { home, environment: environment() })).exit).toBe(0);
    expect(recipients()).toEqual(["new@example.com", "reader@example.com"]);
    expect(await waiting()).toBe(0);
  });

  it("stays queued while sending is paused", async () => {
    await paperboy(["pause"], { home });
    await paperboy(LETTER, { home, environment: environment() });
    expect(recipients()).toEqual([]);
    expect(await waiting()).toBe(1);
  });

  it.each([
    { is: "is sent while the site is served", paused: false, arrived: ["new@example.com"] },
    { is: "stays queued while the site is served and sending is paused", paused: true, arrived: [] },
  ])("$is", async ({ paused, arrived }) => {
    await store.runs.set("paused", paused);
    const stop = new AbortController();
    let looks = 0;
    // The loop asks for the time once a turn: when it asks again, its first turn is over.
    const clock = (): Date => {
      looks += 1;
      if (looks > 6 || (paused && looks === 2) || recipients().length > 0) stop.abort();
      return NOW;
    };
    const { exit } = await paperboy(["serve", "--port", "0"], {
      home,
      environment: environment(),
      signal: stop.signal,
      clock,
    });
    expect({ exit, recipients: recipients() }).toEqual({ exit: 0, recipients: arrived });
    expect(await waiting()).toBe(paused ? 1 : 0);
  });
});
