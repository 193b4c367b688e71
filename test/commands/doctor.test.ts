import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { examined, kept } from "../ops/doctor/rig.js";
import { startDns } from "../support/dns.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { startSite } from "../support/site.js";
import { startRawSmtp, startSmtp } from "../support/smtp.js";
import type { SmtpScript } from "../support/smtp.js";

const SMTP = { from: "Papers <papers@mail.example.org>", name: "mail.example.org" };

/** A mail server behind a name of its own, since what stays on this machine need not be encrypted. */
async function namedServer(script: SmtpScript): Promise<Record<string, string>> {
  const server = kept(await startRawSmtp(script));
  const dns = kept(await startDns({ [`A ${SMTP.name}`]: ["127.0.0.1"] }));
  return {
    PAPERBOY_SMTP_URL: `smtp://me:secret@${SMTP.name}:${server.port}`,
    PAPERBOY_FROM: SMTP.from,
    PAPERBOY_TEST_DNS: dns.server,
  };
}

describe("the site", () => {
  it("that cannot be reached", async () => {
    const site = await startSite({});
    await site.close();
    const found = await examined("site.reachable", { environment: { PAPERBOY_SITE_URL: site.url } });
    expect(found).toMatchObject({ result: "fail", fix: expect.stringMatching(/\S/) as string });
  });

  it("whose page is none of the papers", async () => {
    const site = kept(await startSite({ "/papers/date/2026-10-04": { body: "<html><body>Hello</body></html>" } }));
    const found = await examined("site.page", { environment: { PAPERBOY_SITE_URL: site.url } });
    expect(found).toMatchObject({
      result: "fail",
      detail: expect.stringContaining("not what Paperboy knows") as string,
    });
  });

  it.each([
    ["ahead by ten minutes", "Mon, 05 Oct 2026 06:50:00 GMT", "fail", /10 minutes ahead/],
    ["behind by two", "Mon, 05 Oct 2026 07:02:00 GMT", "warn", /2 minutes behind/],
  ])("by whose clock ours is %s", async (_, date, result, detail) => {
    const site = kept(await startSite({ "/papers/date/2026-10-04": { headers: { date }, body: "<html></html>" } }));
    const found = await examined("machine.clock", { environment: { PAPERBOY_SITE_URL: site.url } });
    expect(found.result).toBe(result);
    expect(found.detail).toMatch(detail);
    expect(found.fix).toContain("timedatectl set-ntp true");
  });
});

describe("the configuration and what is remembered", () => {
  it("a key that is wrong, with its place", async () => {
    const found = await examined("config.settings", { yaml: "view:\n  limits: 5\n" });
    expect(found).toMatchObject({ result: "fail", detail: expect.stringContaining("paperboy.yaml:2:3") as string });
  });

  it("a database that is damaged", async () => {
    const home = freshHome();
    await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], { home });
    writeFileSync(
      path.join(home, "paperboy.db"),
      "no database at all, but long enough to be taken for one".repeat(100),
    );
    expect((await examined("store.database", { home })).result).toBe("fail");
  });

  it("a schedule that went quiet", async () => {
    const home = freshHome();
    await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], {
      home,
      now: "2026-10-05T07:00:00Z",
    });
    expect((await examined("schedule.ran", { home, now: "2026-10-05T09:00:00Z" })).result).toBe("ok");
    const found = await examined("schedule.ran", { home, now: "2026-10-08T07:00:00Z" });
    expect(["warn", "fail"]).toContain(found.result);
    expect(found.fix).toMatch(/\S/);
  });
});

describe("the mail server", () => {
  it("of which nobody knows the name", async () => {
    const dns = kept(await startDns({}));
    const found = await examined("smtp.name", {
      environment: {
        PAPERBOY_SMTP_URL: "smtp://gone.example.org",
        PAPERBOY_FROM: SMTP.from,
        PAPERBOY_TEST_DNS: dns.server,
      },
    });
    expect(found).toMatchObject({ result: "fail", detail: "nobody knows the name gone.example.org" });
  });

  it("that takes no connections", async () => {
    const server = await startRawSmtp({});
    await server.close();
    const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: SMTP.from };
    expect((await examined("smtp.port", { environment })).result).toBe("fail");
  });

  it("that offers no encryption", async () => {
    const found = await examined("smtp.tls", { environment: await namedServer({}) });
    expect(found).toMatchObject({ result: "fail", detail: expect.stringContaining("offers no STARTTLS") as string });
  });

  it("whose certificate nobody vouches for", async () => {
    const server = kept(await startSmtp({ tls: "implicit" }));
    const dns = kept(await startDns({ [`A ${SMTP.name}`]: ["127.0.0.1"] }));
    const environment = {
      PAPERBOY_SMTP_URL: `smtps://me:secret@${SMTP.name}:${server.port}`,
      PAPERBOY_FROM: SMTP.from,
      PAPERBOY_TEST_DNS: dns.server,
    };
    const found = await examined("smtp.tls", { environment });
    expect(found.result).toBe("fail");
    expect(found.detail).toMatch(/certificate/);
  });

  it("that takes smaller letters than ours", async () => {
    const server = kept(await startRawSmtp({ EHLO: "250-scripted\r\n250 SIZE 20000" }));
    const found = await examined("smtp.size", {
      environment: { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: SMTP.from },
    });
    expect(found).toMatchObject({ result: "fail", fix: expect.stringContaining("message_size_limit") as string });
  });

  it.each([
    ["Microsoft 365", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant"],
    ["Gmail", "534-5.7.9 Application-specific password required\r\n534 5.7.9 see the help"],
    ["Gmail with a wrong password", "535-5.7.8 Username and Password not accepted\r\n535 5.7.8 see the help"],
    ["a server of one's own", "535 5.7.8 Error: authentication failed"],
  ])("whose login says no: %s", async (_, reply) => {
    const server = kept(await startRawSmtp({ EHLO: "250-scripted\r\n250 AUTH PLAIN LOGIN", AUTH: reply }));
    const environment = { PAPERBOY_SMTP_URL: `smtp://me:secret@127.0.0.1:${server.port}`, PAPERBOY_FROM: SMTP.from };
    const found = await examined("smtp.login", { environment });
    expect(found.result).toBe("fail");
    // One sentence, one step, and no word of the login itself.
    expect(found.fix).toMatch(/^[A-Z][^\n]{10,300}[.)`]$/);
    expect(JSON.stringify(found)).not.toContain("secret");
  });
});

/** A private key that nobody else has. */
function privateKey(): string {
  return generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
}

describe("the names of the sender", () => {
  it("a DKIM key in the DNS that is not ours", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "der" });
    const dns = kept(
      await startDns({ "TXT daily._domainkey.mail.example.org": [`v=DKIM1; k=rsa; p=${other.toString("base64")}`] }),
    );
    const home = freshHome();
    writeFileSync(path.join(home, "dkim.pem"), privateKey());
    const found = await examined("dns.dkim", {
      home,
      yaml: "dkim:\n  domain: mail.example.org\n  keys: [{ selector: daily, file: dkim.pem }]\n",
      environment: { PAPERBOY_SMTP_URL: "smtp://127.0.0.1:9", PAPERBOY_FROM: SMTP.from, PAPERBOY_TEST_DNS: dns.server },
    });
    expect(found.result).toBe("fail");
    expect(found.fix).toContain("daily._domainkey.mail.example.org");
  });

  it.each([["dns.spf"], ["dns.dmarc"]])("%s: no record", async (id) => {
    const dns = kept(await startDns({ "A mail.example.org": ["127.0.0.1"] }));
    const environment = {
      PAPERBOY_SMTP_URL: "smtp://127.0.0.1:9",
      PAPERBOY_FROM: SMTP.from,
      PAPERBOY_TEST_DNS: dns.server,
    };
    const found = await examined(id, { environment });
    expect(["warn", "fail"]).toContain(found.result);
    expect(found.fix).toMatch(/TXT record/);
  });
});

describe("the link to leave", () => {
  it("that is redirected", async () => {
    const site = kept(
      await startSite({ "/u/doctor-asks-for-nobody": { status: 301, headers: { location: "https://example.org/" } } }),
    );
    const found = await examined("links.unsubscribe", { environment: { PAPERBOY_PUBLIC_URL: site.url } });
    expect(found).toMatchObject({ result: "fail", detail: expect.stringContaining("redirected") as string });
  });

  it("that nobody serves", async () => {
    const site = await startSite({});
    await site.close();
    const found = await examined("links.unsubscribe", { environment: { PAPERBOY_PUBLIC_URL: site.url } });
    expect(found).toMatchObject({ result: "fail", fix: expect.stringContaining("paperboy serve") as string });
  });
});

it("says with nothing configured why most is skipped, and names a check that there is not", async () => {
  const run = await paperboy(["doctor", "--only", "smtp", "--only", "machine.node"]);
  expect(run.exit).toBe(0);
  expect(run.stdout).toMatch(/^ok {4}machine\.node/m);
  expect(run.stdout).toMatch(/^- {5}smtp\.name … smtp\.quota \(7\): .*no mail server is configured$/m);
  expect(run.stdout).toMatch(/1 in order, 0 to look at, 0 failed, \d+ skipped\n$/);
  const wrong = await paperboy(["doctor", "--only", "smpt"]);
  expect(wrong.exit).toBe(2);
  expect(wrong.stderr).toMatch(/smtp\.login/);
});
