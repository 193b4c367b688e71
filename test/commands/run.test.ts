import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Reply } from "../support/site.js";
import { useServers } from "./servers.js";

const reader = "you@example.com";
const { site, smtp } = useServers();

function page(name: string): string {
  return readFileSync(fixture(`pages/${name}`), "utf8");
}

const daily = fixture("pages/daily.html");
const outbox = (home: string) =>
  existsSync(path.join(home, "outbox")) ? readdirSync(path.join(home, "outbox")).toSorted() : [];

describe("the first run", () => {
  it("writes one letter to the outbox, and sends no mail", async () => {
    const { exit, stdout, home } = await paperboy(["run", daily, "--to", reader]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^sent: 1 of 1 letters of \S+ written to outbox/);
    const [eml = "", html = ""] = outbox(home);
    expect(path.extname(eml) + path.extname(html)).toBe(".eml.html");
    const mail = await PostalMime.parse(readFileSync(path.join(home, "outbox", eml)));
    expect(mail.to).toEqual([{ address: reader, name: "" }]);
    expect(mail.from?.address).toBe("paperboy@localhost");
    expect(mail.html?.trim()).toBe(readFileSync(path.join(home, "outbox", html), "utf8").trim());
    expect(mail.text).toContain(mail.subject?.split(" · ")[0]?.slice(0, 30));
  });

  it("prints progress on a terminal, but not in a pipe", async () => {
    const watched = await paperboy(["run", daily, "--to", reader], { isTTY: true });
    expect(watched.stderr).toMatch(/12 papers of day 2026-10-02 from the page's data/);
    expect(watched.stderr).toMatch(/kept +12 papers/);
    expect(watched.stderr).toMatch(/\d+ KB/);
    expect(watched.stderr).toMatch(/file:\/\/\S+\.html/);
    expect(watched.stderr).toContain(": paperboy render yesterday --as html");
    const piped = await paperboy(["run", daily, "--to", reader]);
    expect(piped.stderr).toBe("");
    expect(piped.stdout.split("\n")).toHaveLength(2);
  });

  it("prints what scripts rely on", async () => {
    const { json } = await paperboy(["run", daily, "--to", reader, "--json"]);
    const counts = {
      prepared: 1,
      sent: 1,
      deferred: 0,
      refused: 0,
      uncertain: 0,
      suppressed: 0,
      expired: 0,
      pending: 0,
    };
    expect(json()).toMatchObject({
      reason: "sent",
      exit: 0,
      editions: [
        { id: expect.stringMatching(/^file:[0-9a-f]{64}$/), source: daily, date: "2026-10-02", papers: 12, counts },
      ],
    });
  });

  it("writes the same bytes again", async () => {
    const home = freshHome();
    const letter = async () => {
      await paperboy(["run", daily, "--to", reader], { home });
      return readFileSync(path.join(home, "outbox", outbox(home)[0] ?? ""), "utf8");
    };
    expect(await letter()).toBe(await letter());
    expect(outbox(home)).toHaveLength(2);
  });
});

const refuseGone = (address: string) =>
  address.startsWith("gone") ? { code: 550, message: "5.1.1 no such user here" } : null;

describe("over SMTP", () => {
  it("mails each reader separately, and continues after a refusal", async () => {
    const server = await smtp({ refuse: refuseGone });
    const to = ["a@example.com", "gone@example.com", "b@example.com"].flatMap((address) => ["--to", address]);
    const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: "Paperboy <digest@example.org>" };
    const { exit, stderr, json } = await paperboy(["run", daily, ...to, "--json"], { environment });
    expect(exit).toBe(7);
    expect(json()).toMatchObject({
      reason: "send-incomplete",
      editions: [{ counts: { prepared: 3, sent: 2, refused: 1 } }],
    });
    expect(stderr).toContain("no such user here");
    expect(server.messages.map(({ envelope }) => envelope.to)).toEqual([["a@example.com"], ["b@example.com"]]);
    expect(server.messages[0]?.raw).not.toContain("b@example.com");
  });

  it("needs a sender", async () => {
    const server = await smtp();
    const { exit, stderr } = await paperboy(["run", daily, "--to", reader], {
      environment: { PAPERBOY_SMTP_URL: server.url },
    });
    expect(exit).toBe(3);
    expect(stderr).toContain("PAPERBOY_FROM");
    expect(server.connections()).toBe(0);
  });

  it("opens no connection for a dry run and writes nothing", async () => {
    const server = await smtp();
    const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: "digest@example.org" };
    const { exit, json, home } = await paperboy(["run", daily, "--to", reader, "--dry-run", "--json"], { environment });
    expect(exit).toBe(0);
    expect(json()).toMatchObject({
      reason: "sent",
      dryRun: true,
      editions: [{ counts: { prepared: 1, pending: 1, sent: 0 } }],
    });
    expect(server.connections()).toBe(0);
    expect(readdirSync(home)).toEqual([]);
  });

  it("says what to do when the mail server does not listen", async () => {
    const server = await smtp();
    await server.close();
    const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: "digest@example.org" };
    const { exit, stderr } = await paperboy(["run", daily, "--to", reader, "--to", "b@example.com"], { environment });
    expect(exit).toBe(7);
    expect(stderr).toContain("0 of 2 letters");
    expect(stderr).toContain("2 pending");
  });

  it("marks a test letter and sends it to those named alone", async () => {
    const server = await smtp();
    const environment = {
      PAPERBOY_SMTP_URL: server.url,
      PAPERBOY_FROM: "digest@example.org",
      PAPERBOY_TO: "everybody@example.com",
    };
    const { exit } = await paperboy(["send", daily, "--to", reader], { environment });
    expect(exit).toBe(0);
    expect(server.messages.map(({ envelope }) => envelope.to)).toEqual([[reader]]);
    expect((await PostalMime.parse(server.messages[0]?.raw ?? "")).subject).toMatch(/^\[test\] /);
  });
});

/** A site that answers every dated page with the same reply. */
const always = (reply: Reply) => ({ "*": reply });

describe("a run ends with a reason, and mails nothing from a page that failed", () => {
  it.each([
    ["sent", 0, "2026-10-02", { body: page("daily.html") }, "2026-10-05T07:00:00Z"],
    ["no-papers", 0, "2026-10-03", { body: page("weekend.html") }, "2026-10-05T07:00:00Z"],
    ["not-ready", 4, "2026-10-05", { body: page("filling.html") }, "2026-10-05T07:00:00Z"],
    ["not-ready", 4, "today", { body: page("daily.html") }, "2026-10-05T07:00:00Z"],
    ["fetch-failed", 5, "2026-10-02", { status: 404, body: "no" }, "2026-10-05T07:00:00Z"],
    ["fetch-failed", 5, "2026-10-02", { status: 200, body: page("bot-check.html") }, "2026-10-05T07:00:00Z"],
    [
      "layout-changed",
      6,
      "2026-10-02",
      { body: "<html><body><p>New design</p></body></html>" },
      "2026-10-05T07:00:00Z",
    ],
  ] as const)("%s (%i) for %s", async (reason, exit, source, reply, now) => {
    const { url } = await site(always(reply));
    const result = await paperboy(["run", source, "--to", reader, "--json"], {
      now,
      environment: { PAPERBOY_SITE_URL: url },
    });
    expect(result.json()).toMatchObject({ reason, exit });
    expect(result.exit).toBe(exit);
    expect(outbox(result.home)).toHaveLength(reason === "sent" ? 2 : 0);
  });

  it("ends its last line with the reason", async () => {
    const { url } = await site(always({ body: page("weekend.html") }));
    const { stdout } = await paperboy(["run", "2026-10-03", "--to", reader], {
      environment: { PAPERBOY_SITE_URL: url },
    });
    expect(stdout.trim().split("\n").at(-1)).toMatch(/^no-papers: /);
  });

  it("sends a day that is still filling with --early, and the letter says so", async () => {
    const { url } = await site(always({ body: page("filling.html") }));
    const options = { now: "2026-10-05T07:00:00Z", environment: { PAPERBOY_SITE_URL: url } };
    const { exit, home } = await paperboy(["run", "today", "--to", reader, "--early"], options);
    expect(exit).toBe(0);
    expect(readFileSync(path.join(home, "outbox", outbox(home)[1] ?? ""), "utf8")).toMatch(/not over yet/i);
  });

  it("saves an unrecognised page once", async () => {
    const { url } = await site(always({ body: "<html><body><p>New design</p></body></html>" }));
    const home = freshHome();
    const environment = { PAPERBOY_SITE_URL: url };
    await paperboy(["run", "2026-10-02", "--to", reader], { home, environment });
    const { exit, stderr } = await paperboy(["run", "2026-10-02", "--to", reader], { home, environment });
    const kept = readdirSync(path.join(home, "pages", "broken"));
    expect(exit).toBe(6);
    expect(kept).toHaveLength(1);
    expect(stderr).toContain(kept[0]);
  });

  it("ends with nothing-due when no paper matches", async () => {
    const { exit, stdout } = await paperboy(["run", daily, "--to", reader, "--include", "zzyzx"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^nothing-due: none of the 12 papers/m);
  });

  it("ends with config-invalid when there are no readers", async () => {
    const { exit, stderr } = await paperboy(["run", daily]);
    expect(exit).toBe(3);
    expect(stderr).toContain("--to you@example.com");
  });

  it.each(["a@example.com\r\nBcc: b@example.com", "a@example.com, b@example.com", "A <a@example.com>", "invalid"])(
    "refuses the address %j and writes nothing",
    async (address) => {
      const { exit, home } = await paperboy(["run", daily, "--to", address]);
      expect(exit).toBe(2);
      expect(outbox(home)).toEqual([]);
    },
  );
});
