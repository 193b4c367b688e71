import { describe, expect, it } from "vitest";
import { assertAddresses, completeAnswers, OUTBOX_SENDER } from "../../../src/ops/setup/answers.js";

describe("completeAnswers", () => {
  it("fills in the defaults", () => {
    expect(completeAnswers({ mail: "outbox", to: ["you@example.com"] })).toEqual({
      mail: "outbox",
      server: null,
      from: OUTBOX_SENDER,
      user: null,
      password: null,
      to: ["you@example.com"],
      topics: [],
      interests: [],
      minUpvotes: 0,
      every: "day",
      schedule: "cron",
      fromHour: 0,
      testLetter: false,
    });
  });

  it.each([
    [{}, "--mail, --to"],
    [{ mail: "local", to: ["you@example.com"] }, "--from"],
    [{ mail: "gmail", from: "me@gmail.com" }, "--to, PAPERBOY_INIT_PASSWORD in the environment"],
    [{ mail: "smtp", from: "me@example.org", to: ["you@example.com"] }, "--mail smtp://HOST:PORT"],
    [{ mail: "smtp://me@mail.example.org" }, "--to, --from, PAPERBOY_INIT_PASSWORD in the environment"],
    [{ mail: "ses", to: ["you@example.com"], password: "hunter 22" }, "--from, --user"],
  ] as const)("lists what is missing in %j", (given, missing) => {
    expect(() => completeAnswers(given)).toThrow(`without a terminal, init needs ${missing}`);
  });
});

it("takes the login of a mail server as the sender, if it is an address", () => {
  const mail = "smtp://me%40example.org:pass%2Fword@mail.example.org" as const;
  expect(completeAnswers({ mail, to: ["you@example.com"] })).toMatchObject({
    mail: "smtp",
    from: "me@example.org",
    server: { hasPort: false, settings: { login: { user: "me@example.org", password: "pass/word" } } },
  });
});

it("refuses an invalid address of a mail server without quoting it", () => {
  const given = { mail: "smtp://me:secret/17@mail.example.org", to: ["you@example.com"] } as const;
  expect(() => completeAnswers(given)).toThrow(/^--mail: (?!.*secret)/);
});

it.each(["outbox", "local"] as const)("accepts addresses of this machine for %s, and not for a provider", (mail) => {
  const addresses = { server: null, from: "Paperboy <paperboy@localhost>", to: ["me@localhost"] };
  expect(() => assertAddresses({ mail, every: "day", ...addresses })).not.toThrow();
  expect(() => assertAddresses({ mail, every: "week", ...addresses })).toThrow(
    /^--to "me@localhost" has no full domain/,
  );
  expect(() => assertAddresses({ mail: "gmail", every: "day", ...addresses })).toThrow(
    /^--from .* full domain.*; --to /,
  );
});

it("reports every invalid address at once", () => {
  expect(() =>
    assertAddresses({ mail: "gmail", server: null, every: "day", from: "me", to: ["you@example.com", "you"] }),
  ).toThrow(/^--from "me" .*; --to "you" /);
});
