import { generateKeyPairSync } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runCheck, closeAfterTest } from "../ops/doctor/setup.js";
import { startDns } from "../support/dns.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { startSite } from "../support/site.js";
import { startRawSmtp, startSmtp } from "../support/smtp.js";
import type { SmtpScript } from "../support/smtp.js";

const SMTP = { from: "Papers <papers@mail.example.org>", name: "mail.example.org" };

/** Starts a mail server with its own host name, since a loopback name needs no encryption. */
async function namedServer(script: SmtpScript): Promise<Record<string, string>> {
  const server = closeAfterTest(await startRawSmtp(script));
  const dns = closeAfterTest(await startDns({ [`A ${SMTP.name}`]: ["127.0.0.1"] }));
  return {
    PAPERBOY_SMTP_URL: `smtp://me:secret@${SMTP.name}:${server.port}`,
    PAPERBOY_FROM: SMTP.from,
    PAPERBOY_TEST_DNS: dns.server,
  };
}

describe("checks of the site", () => {
  it("fail when the site cannot be reached", async () => {
    const site = await startSite({});
    await site.close();
    const found = await runCheck("site.reachable", { environment: { PAPERBOY_SITE_URL: site.url } });
    expect(found).toMatchObject({ result: "fail", fix: expect.stringMatching(/\S/) as string });
  });

  it("fail when the page has no papers", async () => {
    const site = closeAfterTest(
      await startSite({ "/papers/date/2026-10-04": { body: "<html><body>Hello</body></html>" } }),
    );
    const found = await runCheck("site.page", { environment: { PAPERBOY_SITE_URL: site.url } });
    expect(found).toMatchObject({
      result: "fail",
      detail: expect.stringContaining("does not recognise the page") as string,
    });
  });

  it.each([
    ["10 minutes ahead", "Mon, 05 Oct 2026 06:50:00 GMT", "fail", /10 minutes ahead/],
    ["2 minutes behind", "Mon, 05 Oct 2026 07:02:00 GMT", "warn", /2 minutes behind/],
  ])("report a system clock that is %s", async (_, date, result, detail) => {
    const site = closeAfterTest(
      await startSite({ "/papers/date/2026-10-04": { headers: { date }, body: "<html></html>" } }),
    );
    const found = await runCheck("machine.clock", { environment: { PAPERBOY_SITE_URL: site.url } });
    expect(found.result).toBe(result);
    expect(found.detail).toMatch(detail);
    expect(found.fix).toContain("timedatectl set-ntp true");
  });
});

describe("checks of the configuration and the database", () => {
  it("name file, line and column of an unknown setting", async () => {
    const found = await runCheck("config.settings", { yaml: "view:\n  limits: 5\n" });
    expect(found).toMatchObject({ result: "fail", detail: expect.stringContaining("paperboy.yaml:2:3") as string });
  });

  it("fail for a damaged database", async () => {
    const home = freshHome();
    await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], { home });
    writeFileSync(
      path.join(home, "paperboy.db"),
      "no database at all, but long enough to be taken for one".repeat(100),
    );
    expect((await runCheck("store.database", { home })).result).toBe("fail");
  });

  it("report a missing database whose epoch file exists", async () => {
    const home = freshHome();
    await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], { home });
    for (const name of readdirSync(home)) if (/^paperboy\.db(?:-wal|-shm)?$/.test(name)) rmSync(path.join(home, name));
    expect(await runCheck("store.database", { home })).toMatchObject({
      result: "fail",
      detail: expect.stringContaining("paperboy.db is missing, but") as string,
    });
  });

  it("report a schedule that stopped", async () => {
    const home = freshHome();
    await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], {
      home,
      now: "2026-10-05T07:00:00Z",
    });
    expect((await runCheck("schedule.ran", { home, now: "2026-10-05T09:00:00Z" })).result).toBe("ok");
    const found = await runCheck("schedule.ran", { home, now: "2026-10-08T07:00:00Z" });
    expect(["warn", "fail"]).toContain(found.result);
    expect(found.fix).toMatch(/\S/);
  });
});

describe("checks of the mail server", () => {
  it("fail when its name does not resolve", async () => {
    const dns = closeAfterTest(await startDns({}));
    const found = await runCheck("smtp.name", {
      environment: {
        PAPERBOY_SMTP_URL: "smtp://gone.example.org",
        PAPERBOY_FROM: SMTP.from,
        PAPERBOY_TEST_DNS: dns.server,
      },
    });
    expect(found).toMatchObject({ result: "fail", detail: "the name gone.example.org does not resolve" });
  });

  it("fail when it accepts no connections", async () => {
    const server = await startRawSmtp({});
    await server.close();
    const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: SMTP.from };
    expect((await runCheck("smtp.port", { environment })).result).toBe("fail");
  });

  it("fail when it offers no encryption", async () => {
    const found = await runCheck("smtp.tls", { environment: await namedServer({}) });
    expect(found).toMatchObject({ result: "fail", detail: expect.stringContaining("offers no STARTTLS") as string });
  });

  it("fail when its certificate is not trusted", async () => {
    const server = closeAfterTest(await startSmtp({ tls: "implicit" }));
    const dns = closeAfterTest(await startDns({ [`A ${SMTP.name}`]: ["127.0.0.1"] }));
    const environment = {
      PAPERBOY_SMTP_URL: `smtps://me:secret@${SMTP.name}:${server.port}`,
      PAPERBOY_FROM: SMTP.from,
      PAPERBOY_TEST_DNS: dns.server,
    };
    const found = await runCheck("smtp.tls", { environment });
    expect(found.result).toBe("fail");
    expect(found.detail).toMatch(/certificate/);
  });

  it("fail when its size limit is below the size of a letter", async () => {
    const server = closeAfterTest(await startRawSmtp({ EHLO: "250-scripted\r\n250 SIZE 20000" }));
    const found = await runCheck("smtp.size", {
      environment: { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: SMTP.from },
    });
    expect(found).toMatchObject({ result: "fail", fix: expect.stringContaining("message_size_limit") as string });
  });

  it.each([
    ["Microsoft 365", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant"],
    ["Gmail", "534-5.7.9 Application-specific password required\r\n534 5.7.9 see the help"],
    ["Gmail with a wrong password", "535-5.7.8 Username and Password not accepted\r\n535 5.7.8 see the help"],
    ["an unknown server", "535 5.7.8 Error: authentication failed"],
  ])("explain a refused login at %s", async (_, reply) => {
    const server = closeAfterTest(await startRawSmtp({ EHLO: "250-scripted\r\n250 AUTH PLAIN LOGIN", AUTH: reply }));
    const environment = { PAPERBOY_SMTP_URL: `smtp://me:secret@127.0.0.1:${server.port}`, PAPERBOY_FROM: SMTP.from };
    const found = await runCheck("smtp.login", { environment });
    expect(found.result).toBe("fail");
    // One sentence, one step, and no credentials.
    expect(found.fix).toMatch(/^[A-Z][^\n]{10,300}[.)`]$/);
    expect(JSON.stringify(found)).not.toContain("secret");
  });
});

/** Returns a new private key. */
function privateKey(): string {
  return generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
}

describe("checks of the sender's DNS", () => {
  it("fail for a DKIM record with another key", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" });
    const dns = closeAfterTest(
      await startDns({ "TXT daily._domainkey.mail.example.org": [`v=DKIM1; k=rsa; p=${other.toString("base64")}`] }),
    );
    const home = freshHome();
    writeFileSync(path.join(home, "dkim.pem"), privateKey());
    const found = await runCheck("dns.dkim", {
      home,
      yaml: "dkim:\n  domain: mail.example.org\n  keys: [{ selector: daily, file: dkim.pem }]\n",
      environment: { PAPERBOY_SMTP_URL: "smtp://127.0.0.1:9", PAPERBOY_FROM: SMTP.from, PAPERBOY_TEST_DNS: dns.server },
    });
    expect(found.result).toBe("fail");
    expect(found.fix).toContain("daily._domainkey.mail.example.org");
  });

  it.each([["dns.spf"], ["dns.dmarc"]])("%s suggests a TXT record when there is none", async (id) => {
    const dns = closeAfterTest(await startDns({ "A mail.example.org": ["127.0.0.1"] }));
    const environment = {
      PAPERBOY_SMTP_URL: "smtp://127.0.0.1:9",
      PAPERBOY_FROM: SMTP.from,
      PAPERBOY_TEST_DNS: dns.server,
    };
    const found = await runCheck(id, { environment });
    expect(["warn", "fail"]).toContain(found.result);
    expect(found.fix).toMatch(/TXT record/);
  });
});

describe("links.unsubscribe", () => {
  it("fails when the public URL redirects", async () => {
    const site = closeAfterTest(
      await startSite({ "/u/doctor-test-not-a-user": { status: 301, headers: { location: "https://example.org/" } } }),
    );
    const found = await runCheck("links.unsubscribe", { environment: { PAPERBOY_PUBLIC_URL: site.url } });
    expect(found).toMatchObject({ result: "fail", detail: expect.stringContaining("redirected") as string });
  });

  it("fails when the public URL does not respond", async () => {
    const site = await startSite({});
    await site.close();
    const found = await runCheck("links.unsubscribe", { environment: { PAPERBOY_PUBLIC_URL: site.url } });
    expect(found).toMatchObject({ result: "fail", fix: expect.stringContaining("paperboy serve") as string });
  });
});

it("explains skipped checks without a configuration, and suggests the nearest check", async () => {
  const run = await paperboy(["doctor", "--only", "smtp", "--only", "machine.node"]);
  expect(run.exit).toBe(0);
  expect(run.stdout).toMatch(/^ok {4}machine\.node/m);
  expect(run.stdout).toMatch(/^- {5}smtp\.name … smtp\.quota \(7\): no mail server is configured, .*$/m);
  expect(run.stdout).toMatch(/1 ok, 0 warnings, 0 failed, \d+ skipped\n$/);
  const wrong = await paperboy(["doctor", "--only", "smpt"]);
  expect(wrong.exit).toBe(2);
  expect(wrong.stderr).toMatch(/smtp\.login/);
});
