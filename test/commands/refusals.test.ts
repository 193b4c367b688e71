import PostalMime from "postal-mime";
import { addDays } from "../../src/core/calendar.js";
import { beforeEach, describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { fixture, freshHome, openHomeStore, paperboy } from "../support/paperboy.js";
import type { Smtp } from "../support/smtp.js";
import { useServers } from "./servers.js";

const servers = useServers();
const OPERATOR = "ops@example.org";

type Refusal = { readonly code: number; readonly message: string } | null;

let home: string;
let smtp: Smtp;
/** Returns how the mail server answers to RCPT of a reader. */
let answer: (reader: string) => Refusal;
/** The readers whom the server was asked to take mail for. */
let asked: string[];

beforeEach(async () => {
  home = freshHome();
  asked = [];
  smtp = await servers.smtp({
    refuse: (to) => {
      if (to === OPERATOR) return null;
      asked.push(to);
      return answer(to);
    },
  });
});

let site = "https://site.invalid";

const command = (args: readonly string[], now = "2026-10-05T07:00:00Z") =>
  paperboy(args, {
    home,
    now,
    environment: {
      PAPERBOY_SITE_URL: site,
      PAPERBOY_SMTP_URL: smtp.url,
      PAPERBOY_FROM: "Paperboy <digest@example.org>",
      PAPERBOY_ALERT_TO: OPERATOR,
      PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org",
    },
  });

const run = (now?: string) => command(["run", fixture("pages/daily.html")], now);

const subscribe = (readers: readonly string[]) => command(["subscribers", "add", ...readers], "2026-10-01T07:00:00Z");

async function alerts(): Promise<readonly string[]> {
  const raws = smtp.messages.filter(({ envelope }) => envelope.to[0] === OPERATOR).map(({ raw }) => raw);
  const mails = await Promise.all(raws.map((raw) => PostalMime.parse(raw)));
  return mails.map(({ subject, text = "" }) => `${subject}\n${text.replaceAll(/\s+/g, " ")}`);
}

const readers = (count: number, domain?: string) =>
  Array.from({ length: count }, (_, index) => `r${index}@${domain ?? `d${index}.example`}`);

describe("a mail server that refuses the sender", () => {
  it("gets one message per run, and the operator, status and why say that letters are held", async () => {
    answer = () => ({ code: 550, message: "5.7.1 your IP is on a block list" });
    await subscribe(readers(12));
    const first = await run("2026-10-05T07:00:00Z");
    expect(first.exit).toBe(7);
    expect(first.stderr).toContain(
      "the server refuses mail from this sender by policy: 550 5.7.1 your IP is on a block list",
    );
    expect(asked).toHaveLength(5);
    for (const hour of ["08", "09", "10"]) {
      asked = [];
      const { exit, stderr } = await run(`2026-10-05T${hour}:00:00Z`);
      expect([exit, asked.length]).toEqual([7, 1]);
      expect(stderr).toContain(
        "letters have been held since 2026-10-05 07:00 UTC, and each run tries one: the server refuses",
      );
    }
    expect(await alerts()).toEqual([
      expect.stringMatching(
        /^Paperboy: 0 of 12 letters sent, 5 deferred, 7 pending\n[^]*on a block list[^]*paperboy doctor --only dns/,
      ),
    ]);
    const now = "2026-10-05T10:30:00Z";
    const status = (await command(["status"], now)).stdout.replaceAll(/\s+/g, " ");
    expect(status).toContain("held: each run tries one; to send all: paperboy resume");
    expect(status).toContain("letters have been held since 2026-10-05 07:00 UTC");
    const { editions } = (await command(["status", "--json"], now)).json() as { editions: { id: string }[] };
    const why = await command(["why", "r11@d11.example", editions[0]?.id ?? ""], now);
    expect(why.stdout).toContain("has not got it yet: letters have been held since 2026-10-05 07:00 UTC");

    answer = () => null;
    expect((await run("2026-10-05T20:00:00Z")).exit).toBe(0);
    expect((await command(["status"], "2026-10-05T20:30:00Z")).stdout).not.toContain("held");
  });

  it("is tried at once again after `paperboy resume`", async () => {
    answer = () => ({ code: 550, message: "5.7.1 your IP is on a block list" });
    await subscribe(readers(12));
    await run("2026-10-05T07:00:00Z");
    await command(["resume"]);
    asked = [];
    await run("2026-10-05T07:10:00Z");
    expect(asked.length).toBeGreaterThan(1);
  });
});

it("a provider that refuses the sender holds no other reader's letter", async () => {
  answer = (to) => (to.endsWith("@blocked.example") ? { code: 550, message: "5.7.1 block list" } : null);
  const others = readers(8);
  await subscribe([...readers(6, "blocked.example"), ...others]);
  const { exit, stderr } = await run();
  expect(exit).toBe(7);
  expect(stderr).toContain("blocked.example refuses mail from this sender: 550 5.7.1 block list");
  expect(smtp.messages.map(({ envelope }) => envelope.to[0]).filter((to) => to !== OPERATOR)).toEqual(
    expect.arrayContaining(others),
  );
  const { stdout } = await command(["status"]);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "letters to blocked.example have been held since 2026-10-05 07:00 UTC",
  );
});

/** Starts a site with so many days from 2026-10-01 on, each with papers of its own. */
async function siteWithDays(count: number): Promise<void> {
  const server = await servers.site({});
  site = server.url;
  for (let back = 0; back < count; back += 1) {
    const date = addDays("2026-10-01", back);
    const entries = manyEntries(2, back + 1).map((entry, index) => ({
      ...entry,
      paper: { ...entry.paper, id: `2610.${String(back * 10 + index).padStart(5, "0")}` },
    }));
    const body = buildPage({ kind: "day", date, nextDate: "2026-12-31", entries, site });
    server.set(`/papers/date/${date}`, { body });
  }
}

describe("a mailbox that stays full", () => {
  it.each([
    ["552 5.2.2 over quota", 1],
    ["452 4.2.2 mailbox full", 0],
  ])("%s fails one run, is then summarised, and ends the subscription after two weeks", async (reply, mails) => {
    answer = (to) => (to === "full@example.com" ? { code: Number(reply.slice(0, 3)), message: reply.slice(4) } : null);
    await siteWithDays(17);
    await subscribe(["full@example.com", "a@example.com", "b@example.com"]);
    const exits: number[] = [];
    const said: string[] = [];
    const states: string[] = [];
    for (let day = 0; day < 17; day += 1) {
      const now = `${addDays("2026-10-02", day)}T08:00:00Z`;
      const { exit, stdout, stderr } = await command(["run"], now);
      exits.push(exit);
      said.push(stdout + stderr);
      const store = await openHomeStore(home);
      states.push((await store.subscribers.find("full@example.com"))?.state ?? "");
      await store.close();
    }
    expect(exits).toEqual([7, ...Array.from({ length: 16 }, () => 0)]);
    expect(said[3]).toContain("2 of 3 letters of 2026-10-04 accepted by the mail server");
    expect(said[3]).toContain("the letters to 1 reader keep failing");
    expect(await alerts()).toHaveLength(mails);
    expect(states.indexOf("bounced")).toBe(14);
  });
});

it("a letter that a dead process left uncertain is reported once, with the command that decides", async () => {
  answer = () => null;
  await subscribe(readers(3));
  const store = await openHomeStore(home);
  await command(["pause"]);
  await run();
  await command(["resume"]);
  const [edition] = await store.editions.recent(1);
  const id = edition?.edition.id ?? "";
  const now = new Date("2026-10-05T07:00:00Z");
  const claims = await store.ledger.claim({ channel: "smtp", editionIds: [], limit: 1, now, leaseMs: 60_000 });
  await store.ledger.gate(claims, now);
  await store.close();
  const first = await run("2026-10-05T08:00:00Z");
  expect(first.exit).toBe(7);
  expect(first.stderr).toContain(`paperboy uncertain resolve ${id} --as sent`);
  expect((await run("2026-10-05T09:00:00Z")).exit).toBe(0);
  const told = (await alerts()).filter((mail) => mail.includes("paperboy uncertain list"));
  expect(told).toEqual([expect.stringContaining(`paperboy uncertain resolve ${id} --as sent`)]);
});
