import { describe, expect, it } from "vitest";
import { storeAccess } from "../../../src/ops/doctor/store.js";
import { SMTP_CHECKS } from "../../../src/ops/doctor/smtp/checks.js";
import { mailServerOf } from "../../../src/ops/doctor/smtp/server.js";
import { providerOf } from "../../../src/send/providers/table.js";
import { startRawSmtp, startSmtp } from "../../support/smtp.js";
import { fixture, freshHome, paperboy } from "../../support/paperboy.js";
import { runCheck, FROM, closeAfterTest, MAIL_HOST, smtpEnvironment } from "./setup.js";
import type { Found } from "./setup.js";

describe("smtp.tls", () => {
  it("fails without STARTTLS, and warns when allowPlaintext is set", async () => {
    const server = closeAfterTest(await startRawSmtp({}));
    const environment = await smtpEnvironment(`smtp://${MAIL_HOST}:${server.port}`);
    expect(await runCheck("smtp.tls", { environment })).toMatchObject({
      result: "fail",
      detail: `mail.example.org offers no STARTTLS on port ${server.port}`,
      fix: expect.stringContaining("smtps:// with port 465") as string,
    });
    const allowed = { ...environment, PAPERBOY_SMTP_URL: `smtp://${MAIL_HOST}:${server.port}?allowPlaintext=true` };
    expect(await runCheck("smtp.tls", { environment: allowed })).toMatchObject({ result: "warn" });
  });

  it("fails when smtps:// reaches a server without TLS", async () => {
    const server = closeAfterTest(await startRawSmtp({}));
    const environment = await smtpEnvironment(`smtps://${MAIL_HOST}:${server.port}`);
    const found = await runCheck("smtp.tls", { environment });
    expect(found).toMatchObject({
      result: "fail",
      fix: expect.stringContaining("use smtp:// and port 587") as string,
    });
  });

  it("shows the greeting of a server that refuses the connection, with masked addresses", async () => {
    const server = closeAfterTest(
      await startRawSmtp({ connect: "554 5.7.1 no service for reader@example.com from here" }),
    );
    const environment = await smtpEnvironment(`smtp://${MAIL_HOST}:${server.port}`);
    const found = await runCheck("smtp.tls", { environment });
    expect(found.detail).toContain("554 5.7.1 no service for ***@example.com from here");
  });

  it.each([
    { at: "connect", fix: "The server sent no greeting: a port that starts with TLS needs smtps://." },
    {
      at: "EHLO",
      fix: "The server did not answer: check host and port. Many networks block mail ports, port 25 above all.",
    },
  ])("fails when the server is silent at $at", async ({ at, fix }) => {
    const { port } = closeAfterTest(await startRawSmtp({ [at]: "silence" }));
    const settings = { host: MAIL_HOST, port, secure: false, login: null, allowPlaintext: false };
    const server = mailServerOf({
      settings,
      provider: providerOf(MAIL_HOST),
      readers: {
        named: 1,
        storeAccess: storeAccess({ file: "none", keyFile: null, open: () => Promise.reject(new Error()) }),
      },
      wantsBounces: false,
      lookUp: () => Promise.resolve(["127.0.0.1"]),
      wall: () => new Date("2026-10-05T07:00:00Z"),
      stepMs: 200,
    });
    const check = SMTP_CHECKS.find(({ id }) => id === "smtp.tls");
    expect(await check?.run(server)).toMatchObject({ result: "fail", fix });
  });

  it("fails when the server closes the connection, and skips later checks", async () => {
    const server = closeAfterTest(await startRawSmtp({ EHLO: "drop" }));
    const environment = await smtpEnvironment(`smtp://${MAIL_HOST}:${server.port}`);
    expect(await runCheck("smtp.tls", { environment })).toMatchObject({ result: "fail" });
    expect(await runCheck("smtp.size", { environment })).toMatchObject({
      result: "skipped",
      detail: "the SMTP handshake failed",
    });
  });
});

async function checkOffers(ehlo: string, login: string): Promise<Found> {
  const server = closeAfterTest(await startRawSmtp({ EHLO: ehlo }));
  const environment = { PAPERBOY_SMTP_URL: `smtp://${login}127.0.0.1:${server.port}`, PAPERBOY_FROM: FROM };
  return runCheck("smtp.offers", { environment });
}

describe("smtp.offers", () => {
  it.each([
    {
      offer: "no login",
      ehlo: "250 scripted",
      login: "me:hush@",
      result: "fail",
      fix: /submission port/,
    },
    {
      offer: "no password logins",
      ehlo: "250-scripted\r\n250 AUTH XOAUTH2",
      login: "me:hush@",
      result: "fail",
      fix: /disabled password logins \(basic authentication\)/,
    },
  ])("fails for a server that offers $offer", async ({ ehlo, login, result, fix }) => {
    const found = await checkOffers(ehlo, login);
    expect(found.result).toBe(result);
    expect(found.fix).toMatch(fix);
  });

  it("lists the extensions of the server", async () => {
    const found = await checkOffers(
      "250-scripted\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250 AUTH=PLAIN LOGIN",
      "me:hush@",
    );
    expect(found).toMatchObject({ result: "ok", detail: "PIPELINING, SIZE, AUTH" });
  });
});

it("passes smtp.login after a login, and sends no message", async () => {
  const server = closeAfterTest(await startSmtp({ auth: { user: "me", password: "hush" } }));
  const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: FROM };
  expect(await runCheck("smtp.login", { environment })).toMatchObject({ result: "ok" });
  expect(server.messages).toEqual([]);
});

describe("smtp.quota", () => {
  it.each([
    { host: "smtp-mail.outlook.com", readers: 301, result: "fail", says: /^Outlook\.com accepts 300 messages a day/ },
    {
      host: "smtp.resend.com",
      readers: 101,
      result: "warn",
      says: /^Resend accepts 100 messages a day .* readers: 101$/,
    },
    { host: "smtp.resend.com", readers: 100, result: "ok", says: /readers: 100$/ },
  ])("reports '$result' for $host with $readers readers", async ({ host, readers, result, says }) => {
    const to = Array.from({ length: readers }, (_, number) => `reader${number}@example.com`);
    const yaml = `smtp: smtp://${host}\nfrom: ${FROM}\nto: [${to.join(", ")}]\n`;
    const found = await runCheck("smtp.quota", { yaml });
    expect(found.detail).toMatch(says);
    expect(found.result).toBe(result);
    expect(found.fix ?? "delivery.perDay").toContain("delivery.perDay");
  });

  it("counts subscribers, but not readers created by --to", async () => {
    const home = freshHome();
    await paperboy(["subscribers", "add", "reader@example.com"], { home });
    const run = await paperboy(["run", fixture("pages/daily.html"), "--to", "once@example.com"], { home });
    expect(run.exit).toBe(0);
    const found = await runCheck("smtp.quota", { home, yaml: `smtp: smtp://smtp.gmail.com\nfrom: ${FROM}\n` });
    expect(found).toMatchObject({ result: "ok", detail: expect.stringMatching(/readers: 1$/) as string });
  });

  it("is unknown for an unknown server", () => {
    expect(providerOf(MAIL_HOST).limit).toBeUndefined();
    expect(providerOf("SMTP.Gmail.com").limit?.perDay).toBe(500);
  });
});
