import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../../support/paperboy.js";
import { startSite } from "../../support/site.js";
import { runCheck, FROM, closeAfterTest } from "./setup.js";

describe("checks of the configuration", () => {
  it("fail for invalid mail settings, without showing the password", async () => {
    const environment = { PAPERBOY_SMTP_URL: "smtp://me:hu/sh@mail.example.org", PAPERBOY_FROM: FROM };
    const found = await runCheck("config.sender", { environment });
    expect(found.result).toBe("fail");
    expect(found.detail).toMatch(/^PAPERBOY_SMTP_URL: smtp: the SMTP settings are invalid/);
    expect(JSON.stringify(found)).not.toContain("hu/sh");
    expect(await runCheck("smtp.login", { environment })).toMatchObject({
      result: "skipped",
      detail: "the mail settings are invalid: see config.sender",
    });
  });

  it("fail without a sender address", async () => {
    const found = await runCheck("config.sender", { environment: { PAPERBOY_SMTP_URL: "smtp://127.0.0.1:9" } });
    expect(found.detail).toBe("SMTP needs a sender, and the login is not an address");
    expect(found.fix).toMatch(/^Set `from: Name <address@your\.domain>`/);
  });

  it("fail for a template that does not compile", async () => {
    const home = freshHome();
    mkdirSync(path.join(home, "own"));
    writeFileSync(path.join(home, "own", "letter.html.hbs"), "{{#each papers}}");
    const found = await runCheck("config.templates", { home, yaml: "templates: own\n" });
    expect(found.result).toBe("fail");
    expect(found.detail).toContain("letter.html.hbs");
  });

  it("warn when there are no readers", async () => {
    expect(await runCheck("config.readers", {})).toMatchObject({
      result: "warn",
      detail: "there are no readers",
      fix: expect.stringMatching(/^Set `to: \[you@example\.com\]`/) as string,
    });
    expect(await runCheck("config.readers", { yaml: "to: you@example.com\n" })).toMatchObject({ result: "ok" });
  });

  it("fail for an unknown setting, and skip only the checks that need the configuration", async () => {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), "tow: you@example.com\n");
    const run = await paperboy(["doctor"], { home });
    expect(run.exit).toBe(3);
    expect(run.stdout).toMatch(/^ok {4}machine\.home/m);
    expect(run.stdout).toMatch(/^FAIL {2}config\.settings .*paperboy\.yaml:1:1/m);
    expect(run.stdout).toMatch(/^- {5}config\.sender … schedule\.paused \(31\): the configuration is invalid$/m);
    expect(run.stdout.split("\n").at(-2)).toBe("config-invalid: 1 of 35 checks failed: config.settings");
  });
});

describe("checks of the schedule", () => {
  const NOW = "2026-10-05T07:00:00Z";

  it("warn before the first run, and create nothing", async () => {
    const home = freshHome();
    const found = await runCheck("schedule.ran", { home });
    expect(found).toMatchObject({ result: "warn", detail: "there were no runs yet" });
    expect(found.fix).toMatch(/^Print a schedule with `paperboy schedule print cron`/);
    expect(readdirSync(home)).toEqual([]);
  });

  it("report a schedule that stopped, a failed last run, and a pause", async () => {
    const home = freshHome();
    await paperboy(["run", fixture("pages/bot-check.html"), "--to", "you@example.com"], { home, now: NOW });
    await paperboy(["pause"], { home, now: NOW });
    expect(await runCheck("schedule.ran", { home, now: "2026-10-06T10:00:00Z" })).toMatchObject({
      result: "fail",
      detail: "the last run ended 2026-10-05T07:00:00.000Z, more than 26 hours ago",
      fix: expect.stringContaining("`crontab -l`") as string,
    });
    expect(await runCheck("schedule.last", { home, now: NOW })).toMatchObject({
      result: "warn",
      detail: expect.stringMatching(/^layout-changed: /) as string,
    });
    expect(await runCheck("schedule.paused", { home, now: NOW })).toMatchObject({
      result: "warn",
      fix: "Continue with `paperboy resume`.",
    });
  });
});

describe("checks of the site", () => {
  it("fail when the site asks for a bot check", async () => {
    const site = closeAfterTest(
      await startSite({ "*": { status: 202, headers: { "x-amzn-waf-action": "challenge" }, body: "<html></html>" } }),
    );
    const found = await runCheck("site.reachable", { environment: { PAPERBOY_SITE_URL: site.url } });
    expect(found.result).toBe("fail");
    expect(found.fix).toMatch(/^Run again later and less often/);
  });

  it("name the last day whose page failed", async () => {
    const home = freshHome();
    const body = "<html><body>no papers</body></html>";
    mkdirSync(path.join(home, "pages", "broken"), { recursive: true });
    writeFileSync(path.join(home, "pages", "broken", "2026-09-30-0123456789ab.html"), body);
    const page = await paperboy(["fetch", fixture("pages/daily.html")], { home });
    const site = closeAfterTest(await startSite({ "*": { body: page.stdout } }));
    const environment = { PAPERBOY_SITE_URL: site.url };
    expect(await runCheck("site.drift", { home, environment })).toMatchObject({
      result: "ok",
      detail: "no differences; the last page that failed was of 2026-09-30",
    });
    expect(await runCheck("site.page", { home, environment })).toMatchObject({ result: "ok" });
  });
});

it("creates no files in a new home", async () => {
  const home = freshHome();
  const environment = { PAPERBOY_SITE_URL: "http://127.0.0.1:9" };
  await paperboy(["doctor"], { home, environment });
  expect(readdirSync(home)).toEqual([]);
});
