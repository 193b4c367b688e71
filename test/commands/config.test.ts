import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";
import { freshHome, paperboy } from "../support/paperboy.js";

function homeWith(yaml: string): string {
  const home = freshHome();
  writeFileSync(path.join(home, "paperboy.yaml"), yaml);
  return home;
}

it("shows each effective setting with its origin", async () => {
  const home = homeWith("from: Papers <papers@example.org>\nview:\n  limit: 7\n");
  const run = await paperboy(["config"], { home, environment: { PAPERBOY_VIEW_LANGUAGE: "de" } });
  expect(run.exit).toBe(0);
  expect(run.stdout).toMatch(/^from +"Papers <papers@example.org>" +paperboy\.yaml:1:1$/m);
  expect(run.stdout).toMatch(/^view\.limit +7 +paperboy\.yaml:3:3$/m);
  expect(run.stdout).toMatch(/^view\.language +"de" +PAPERBOY_VIEW_LANGUAGE$/m);
  expect(run.stdout).toMatch(/^store +"paperboy\.db" +default$/m);
});

it.each([
  ["the address", { PAPERBOY_SMTP_URL: "smtps://me:hunter22@mail.example.org" }, '"smtps://me:***@mail.example.org"'],
  [
    "a login that is the password",
    { PAPERBOY_SMTP_URL: "smtp://hunter22:hunter22@mail.example.org" },
    '"smtp://***:***@mail.example.org"',
  ],
  [
    "the password of a mirror",
    { PAPERBOY_SITE_URL: "https://me:hunter22@papers.example.org" },
    '"https://me:***@papers.example.org"',
  ],
  [
    "what an address of a watcher knows",
    { PAPERBOY_HEALTHCHECK_URL: "https://ping.example.org/hunter22" },
    '"https://ping.example.org/***"',
  ],
  [
    "the password after a user with a bare @",
    { PAPERBOY_SMTP_URL: "smtp://me@example.org:hunter22@mail.example.org:587" },
    '"smtp://me@example.org:***@mail.example.org:587"',
  ],
  [
    "the password after a scheme with a +",
    { PAPERBOY_SMTP_URL: "smtp+starttls://me:hunter22@mail.example.org" },
    '"smtp+starttls://me:***@mail.example.org"',
  ],
  [
    "a password with characters that should be encoded",
    { PAPERBOY_SMTP_URL: "smtp://me:hunter22/a?b#c@d:hunter22@mail.example.org" },
    '"smtp://me:***@mail.example.org"',
  ],
  [
    "a URL without slashes",
    { PAPERBOY_SMTP_URL: "smtp:me:hunter22@mail.example.org" },
    '"smtp:me:***@mail.example.org"',
  ],
  [
    "the password of a database",
    { PAPERBOY_STORE: "postgres://me:hunter22@db/papers" },
    '"postgres://me:***@db/papers"',
  ],
  [
    "the password of a database with a + in its scheme",
    { PAPERBOY_STORE: "postgresql+ssl://me:hunter22@db/papers" },
    '"postgresql+ssl://me:***@db/papers"',
  ],
  [
    "a password in the parameters of a database",
    { PAPERBOY_STORE: "postgres://db/papers?user=me&password=hunter22&sslpassword=hunter22&pool=4" },
    '"postgres://db/papers?user=me&password=***&sslpassword=***&pool=4"',
  ],
  [
    "a token instead of a user",
    { PAPERBOY_SITE_URL: "https://hunter22@papers.example.org" },
    '"https://***@papers.example.org"',
  ],
  [
    "the parameters of a watcher",
    { PAPERBOY_HEALTHCHECK_URL: "https://ping.example.org?id=hunter22" },
    '"https://ping.example.org/***"',
  ],
  [
    "the login of a watcher",
    { PAPERBOY_HEALTHCHECK_URL: "https://me:hunter22@ping.example.org/" },
    '"https://ping.example.org"',
  ],
  ["the key", { PAPERBOY_SECRET: "hunter22-hunter22-hunter22" }, '"***"'],
])("masks %s", async (_, environment, shown) => {
  for (const flag of [[], ["--json"]]) {
    const run = await paperboy(["config", ...flag], { environment });
    expect(run.stdout).not.toContain("hunter22");
    expect(run.stdout).toContain(shown);
  }
});

it("masks a separate password", async () => {
  const home = homeWith("smtp: { host: mail.example.org, user: me, password: hunter22 }\n");
  const run = await paperboy(["config", "--json"], { home });
  expect(run.stdout).not.toContain("hunter22");
  expect(run.json()["settings"]).toContainEqual({ setting: "smtp.password", value: "***", from: "paperboy.yaml:1:43" });
});

it("prints a schema that accepts a valid file and rejects an unknown key", async () => {
  const run = await paperboy(["config", "--schema"]);
  const schema = z.fromJSONSchema(JSON.parse(run.stdout) as Parameters<typeof z.fromJSONSchema>[0]);
  expect(schema.safeParse({ to: ["you@example.com"], view: { limit: 5 } }).success).toBe(true);
  expect(schema.safeParse({ to: "you@example.com" }).success).toBe(true);
  expect(schema.safeParse({ view: { limits: 5 } }).success).toBe(false);
  expect(schema.safeParse({ view: { limit: "many" } }).success).toBe(false);
});
