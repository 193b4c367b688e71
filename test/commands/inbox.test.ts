import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import type { Email } from "postal-mime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { readSecrets } from "../../src/config/keys.js";
import { openStore } from "../../src/app/open-store.js";
import type { Store } from "../../src/store/store.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { startSmtp } from "../support/smtp.js";
import type { Smtp } from "../support/smtp.js";
import { letterFrom, wire } from "../inbox/mails.js";
import { makeMaildir } from "../inbox/harness.js";

const NOW = new Date("2026-10-05T06:00:00Z");
const PERSON = "odo.ferrel@example.com";

let smtp: Smtp;
let home: string;
let store: Store;

beforeEach(async () => {
  smtp = await startSmtp();
  home = freshHome();
  const { home: key } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
  store = await openStore({ target: path.join(home, "paperboy.db"), key });
});

afterEach(async () => {
  await store.close();
  await smtp.close();
});

function environment(): Record<string, string> {
  return {
    PAPERBOY_SMTP_URL: smtp.url,
    PAPERBOY_FROM: "Evening Post <digest@example.org>",
    PAPERBOY_BRANDING_NAME: "Evening Post",
    PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org",
    PAPERBOY_DELIVERY_BOUNCE_DOMAIN: "bounces.example.org",
  };
}

function inbox(mail: Buffer | string, ...more: string[]): Promise<Run> {
  return paperboy(["inbox", "-", "--json", ...more], { home, environment: environment(), stdin: mail.toString() });
}

async function join(address: string): Promise<void> {
  const preferences = { state: "active", frequency: "daily", view: DEFAULT_VIEW, origin: "operator" } as const;
  await store.subscribers.add([{ address, ...preferences }], { now: NOW });
}

async function lastMail(): Promise<Email> {
  return PostalMime.parse(smtp.messages.at(-1)?.raw ?? "");
}

/** Returns a person's reply to the last mail. */
async function replyFrom(address: string): Promise<Buffer> {
  const { subject = "" } = await lastMail();
  return letterFrom(address, `Re: ${subject}`, { text: "Yes, please.\n" });
}

describe("people", () => {
  it("join by a mail, and a reply to the request for confirmation", async () => {
    expect((await inbox(letterFrom(PERSON, "subscribe"))).json()).toMatchObject({ outcomes: { "asked to join": 1 } });
    expect(await store.subscribers.find(PERSON)).toBeNull();
    const answer = await lastMail();
    expect(smtp.messages.map(({ envelope }) => envelope.to)).toEqual([[PERSON]]);
    expect(answer.replyTo).toMatchObject([{ address: "leave@example.org" }]);
    expect((await inbox(await replyFrom(PERSON))).json()).toMatchObject({ outcomes: { joined: 1 } });
    expect(await store.subscribers.find(PERSON)).toMatchObject({ state: "active", frequency: "daily", origin: "mail" });
    expect((await lastMail()).subject).toBe("[Evening Post] Done");
  });

  it.each([
    ["stop", { state: "gone" }],
    ["pause", { state: "paused" }],
    ["weekly", { state: "active", frequency: "weekly" }],
    ["monthly", { state: "active", frequency: "monthly" }],
  ])("%s: changes nothing before the person confirms", async (word, expected) => {
    await join(PERSON);
    const before = await store.subscribers.find(PERSON);
    await inbox(letterFrom(PERSON, word));
    expect(await store.subscribers.find(PERSON)).toEqual(before);
    expect((await lastMail()).to).toMatchObject([{ address: PERSON }]);
    await inbox(await replyFrom(PERSON));
    expect(await store.subscribers.find(PERSON)).toMatchObject(expected);
  });

  it("end a pause", async () => {
    await join(PERSON);
    await store.subscribers.change(PERSON, { state: "paused" }, NOW);
    await inbox(letterFrom(PERSON, "daily"));
    await inbox(await replyFrom(PERSON));
    expect(await store.subscribers.find(PERSON)).toMatchObject({ state: "active" });
  });

  it("leave by the mailto: link of List-Unsubscribe", async () => {
    await paperboy(["run", fixture("pages/daily.html"), "--to", PERSON], { home, environment: environment() });
    const letter = await lastMail();
    const listUnsubscribe = letter.headers.find(({ key }) => key === "list-unsubscribe")?.value ?? "";
    const mailto = new URL(/<(mailto:[^>]+)>/.exec(listUnsubscribe)?.[1] ?? "");
    expect(mailto.pathname).toBe("leave@example.org");
    await inbox(letterFrom(PERSON, mailto.searchParams.get("subject") ?? ""));
    expect(await store.subscribers.find(PERSON)).toMatchObject({ state: "gone" });
  });

  it("get no more letters after a hard bounce", async () => {
    await paperboy(["run", fixture("pages/daily.html"), "--to", PERSON], { home, environment: environment() });
    const returnPath = smtp.messages.at(-1)?.envelope.from ?? "";
    expect(returnPath).toMatch(/^b\+[\w-]+@bounces\.example\.org$/);
    const parts = `--x\n\nSorry.\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@example.com\nAction: failed\nStatus: 5.1.1\n\n--x--\n`;
    const head = `From: MAILER-DAEMON@mx.example.com\nTo: ${returnPath}\nSubject: x\nContent-Type: multipart/report; boundary=x`;
    expect((await inbox(wire(`${head}\n\n${parts}`))).json()).toMatchObject({ outcomes: { "hard bounce": 1 } });
    expect(await store.subscribers.find(PERSON)).toMatchObject({ state: "bounced" });
  });
});

describe("replies", () => {
  it("quote nothing from the mail that they reply to", async () => {
    const typed = "buy-at-evil.example";
    const fields = `Reply-To: <${typed}@example.com>\nX-Note: ${typed}\n`;
    const raw = letterFrom(`"${typed}" <${PERSON}>`, `subscribe ${typed}`, { text: typed, fields }).toString();
    await inbox(raw.replace("<m@example.com>", `<${typed}@example.com>`));
    expect(smtp.messages).toHaveLength(1);
    expect(smtp.messages[0]?.raw).not.toContain(typed);
    expect(smtp.messages[0]?.raw).toMatch(/^Auto-Submitted: auto-generated/m);
  });

  it("are sent neither to our own mails nor to automatic ones", async () => {
    await inbox(letterFrom(PERSON, "subscribe"));
    const own = smtp.messages[0]?.raw ?? "";
    expect((await inbox(own)).json()).toMatchObject({ outcomes: { "ignored: auto-reply": 1 } });
    const machine = (await replyFrom(PERSON)).toString().replace("From:", "Auto-Submitted: auto-replied\r\nFrom:");
    expect((await inbox(machine)).json()).toMatchObject({ outcomes: { "ignored: auto-reply": 1 } });
    expect(smtp.messages).toHaveLength(1);
  });

  it("link to the public site, if there is one", async () => {
    await join(PERSON);
    const more = { ...environment(), PAPERBOY_PUBLIC_URL: "https://papers.example.org" };
    await paperboy(["inbox", "-"], { home, environment: more, stdin: letterFrom(PERSON, "stop").toString() });
    expect((await lastMail()).text).toMatch(/^https:\/\/papers\.example\.org\/u\/[\w-]{23}\s*$/m);
  });

  it("stay queued while the mail server is unreachable", async () => {
    const away = { ...environment(), PAPERBOY_SMTP_URL: "smtp://127.0.0.1:1" };
    await paperboy(["inbox", "-"], { home, environment: away, stdin: letterFrom(PERSON, "subscribe").toString() });
    expect(await store.transactional.waiting(NOW)).toMatchObject({ mails: 1 });
    expect(await store.inbox.counts()).toEqual({ "asked to join": 1 });
  });
});

describe("sources", () => {
  it("are those of the configuration, and handled mails are moved", async () => {
    const maildir = makeMaildir(path.join(home, "mail"));
    writeFileSync(path.join(maildir, "new", "1.host"), letterFrom(PERSON, "Hello"));
    writeFileSync(path.join(home, "paperboy.yaml"), "inbox: { maildir: mail, done: mail/.Done }\n");
    const { exit, stdout } = await paperboy(["inbox"], { home, environment: environment() });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: "1 mail: 1 ignored: no command\n" });
    expect(readdirSync(path.join(maildir, ".Done/cur"))).toEqual(["1.host:2,S"]);
  });

  it("can be several files", async () => {
    for (const name of ["a.eml", "b.eml"]) writeFileSync(path.join(home, name), letterFrom(PERSON, name));
    expect((await paperboy(["inbox", "a.eml", "b.eml", "--json"], { home })).json()).toMatchObject({ mails: 2 });
    expect(readdirSync(home)).toEqual(expect.arrayContaining(["a.eml", "b.eml"]));
  });

  it("have a password that `paperboy config` masks", async () => {
    const login = { USER: "papers", PASSWORD: "hunter2-imap", HOST: "imap.example.org" };
    const named = Object.entries(login).map(([name, value]) => [`PAPERBOY_INBOX_IMAP_${name}`, value]);
    const { stdout } = await paperboy(["config"], { home, environment: Object.fromEntries(named) });
    expect(stdout).toContain("imap.example.org");
    expect(stdout).not.toContain("hunter2-imap");
  });

  it.each([
    [["inbox"], "config-invalid", 3],
    [["inbox", "--imap"], "config-invalid", 3],
    [["inbox", "nowhere"], "io-failed", 9],
    [["inbox", "."], "config-invalid", 3],
  ])("that cannot be read end as expected: %j", async (args, reason, exit) => {
    expect((await paperboy([...args, "--json"], { home })).json()).toMatchObject({ reason, exit });
  });
});
