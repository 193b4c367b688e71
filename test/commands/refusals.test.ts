import PostalMime from "postal-mime";
import { beforeEach, describe, expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
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

const command = (args: readonly string[], now = "2026-10-05T07:00:00Z") =>
  paperboy(args, {
    home,
    now,
    environment: {
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
  return mails.map(({ subject, text }) => `${subject}\n${text}`);
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
      expect.stringMatching(/^Paperboy: send-incomplete\n[^]*on a block list[^]*paperboy doctor --only dns/),
    ]);
    const now = "2026-10-05T10:30:00Z";
    const status = (await command(["status"], now)).stdout.replaceAll(/\s+/g, " ");
    expect(status).toContain("held: each run tries one; all at once: paperboy resume");
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
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("letters to blocked.example have been held since 2026-10-05 07:00 UTC");
});
