import { describe, expect, it } from "vitest";
import { readFault } from "../../src/send/smtp/errors.js";
import { sentResult, resultOf, connectResult, statusOf } from "../../src/send/send-result.js";

/** An error in the shape of nodemailer's. */
function fault(code: string, response?: string, command = "RCPT TO") {
  const error = Object.assign(new Error(response ?? `fault ${code}`), { code, command });
  return readFault(
    response === undefined ? error : Object.assign(error, { response, responseCode: Number(response.slice(0, 3)) }),
  );
}

function hintOf(response: string): string | null {
  return resultOf(fault("EENVELOPE", response), false).hint;
}

describe("resultOf", () => {
  it.each([
    ["550 before the data", fault("EENVELOPE", "550 no"), false, "refused", null],
    ["451 before the data", fault("EENVELOPE", "451 later"), false, "deferred", null],
    [
      "452 for the sender, which all would hear",
      fault("EENVELOPE", "452 full", "MAIL FROM"),
      false,
      "deferred",
      "throttled",
    ],
    ["421 before the data", fault("EENVELOPE", "421 bye"), false, "pending", "throttled"],
    ["550 for the sender", fault("EENVELOPE", "550 5.7.1 no", "MAIL FROM"), false, "pending", "account"],
    ["552 after the end", fault("EMESSAGE", "552 too big", "DATA"), true, "refused", null],
    ["452 after the end", fault("EMESSAGE", "452 full", "DATA"), true, "deferred", null],
    ["421 after the end", fault("ECONNECTION", "421 bye", "CONN"), true, "deferred", "throttled"],
    ["530 after the end, a definite no", fault("EMESSAGE", "530 login", "DATA"), true, "refused", null],
    ["503, which speaks of the session", fault("EENVELOPE", "503 order"), false, "deferred", null],
    ["354 after the end, which says nothing", fault("EMESSAGE", "354 go on", "DATA"), true, "uncertain", "connection"],
    ["silence before the end", fault("ETIMEDOUT"), false, "pending", "connection"],
    ["silence after the end", fault("ETIMEDOUT"), true, "uncertain", "connection"],
    ["a cut line after the end", fault("ECONNECTION"), true, "uncertain", "connection"],
    ["too large by the server's announcement", fault("EMESSAGE", undefined, "MAIL FROM"), false, "pending", "size"],
    ["too large by the answer to MAIL", fault("EENVELOPE", "552 5.3.4 too big", "MAIL FROM"), false, "pending", "size"],
    ["552 to MAIL without a status", fault("EENVELOPE", "552 no", "MAIL FROM"), false, "pending", "size"],
    ["a full account of the sender", fault("EENVELOPE", "552 5.2.2 full", "MAIL FROM"), false, "pending", "account"],
  ] as const)("%s", (_, given, endSent, state, problem) => {
    expect(resultOf(given, endSent)).toMatchObject({ state, problem, offered: true });
  });

  it.each([
    ["550 5.1.1 no such user", "hard"],
    ["550 5.1.2 no such domain", "hard"],
    ["553-5.1.3 bad address", "hard"],
    ["556 5.1.10 domain takes no mail", "hard"],
    ["550 #5.1.1 no such user", "hard"],
    ["550 5.2.1 mailbox disabled", "permanent"],
    ["552 5.2.2 mailbox full", "soft"],
    ["553 5.1.7 sender's address is malformed", null],
    ["553 5.1.8 sender's domain is unknown", null],
    ["550 5.1.0 sender rejected", null],
    ["550 5.1.90 the sender reached the daily limit", null],
    ["550 5.4.1 route not found", "permanent"],
    ["550 5.4.1 recipient address rejected", "permanent"],
    ["550 5.1.0 address rejected", "permanent"],
    ["554 5.3.0 no", null],
    ["554 5.6.0 content", null],
    ["550 5.7.1 blocked", null],
    ["550 5.7.515 sender does not authenticate", null],
    ["550 the code 5.1.1 stands elsewhere", null],
    ["450 5.1.1 a temporary reply", null],
  ] as const)("%s counts against the reader: %s", (response, damage) => {
    expect(resultOf(fault("EENVELOPE", response), false).bounce?.damage ?? null).toBe(damage);
    expect(resultOf(fault("EMESSAGE", response, "DATA"), true).bounce?.damage ?? null).toBe(damage);
  });

  it.each([
    ["452 4.2.2 mailbox full", "soft"],
    ["450 4.2.1 this account is disabled for now", "soft"],
    ["452 over quota", "soft"],
    ["452 4.3.1 insufficient system storage", null],
    ["452 insufficient system storage", null],
    ["451 4.3.0 mailbox is full, or the disk", null],
    ["450 4.2.0 greylisted", null],
    ["451 4.7.1 try again later", null],
    ["451 4.3.0 not now", null],
  ] as const)("%s is deferred, and counts against the reader: %s", (response, damage) => {
    for (const result of [
      resultOf(fault("EENVELOPE", response), false),
      resultOf(fault("EMESSAGE", response, "DATA"), true),
    ]) {
      expect([result.state, result.bounce?.damage ?? null]).toEqual(["deferred", damage]);
    }
  });

  it.each(["552 5.2.2 mailbox full", "550 5.1.1 no such user", "452 4.2.2 mailbox full"])(
    "%s to MAIL, which names no reader, counts against none",
    (response) => {
      expect(resultOf(fault("EENVELOPE", response, "MAIL FROM"), false).bounce).toBeNull();
    },
  );

  it("treats 'no such user' without a code as clear only in a reply to RCPT", () => {
    expect(resultOf(fault("EENVELOPE", "550 no such user"), false).bounce?.damage).toBe("hard");
    expect(resultOf(fault("EMESSAGE", "550 no such user", "DATA"), true).bounce?.damage).toBe("permanent");
  });

  describe("the sender's own limit defers the message and stops the run", () => {
    const LIMITS = [
      "550 5.4.5 Daily user sending limit exceeded",
      "550 5.1.90 the sender reached the daily limit",
      "421 4.7.28 unusual rate of mail from this address",
      "454 Throttling failure: Daily message quota exceeded",
    ];
    it.each(LIMITS)("%s, at MAIL, RCPT, DATA and after the data", (response) => {
      const results = ["MAIL FROM", "RCPT TO", "DATA"].map((command) =>
        resultOf(fault("EENVELOPE", response, command), false),
      );
      for (const result of [...results, resultOf(fault("EMESSAGE", response, "DATA"), true)]) {
        expect(result).toMatchObject({
          state: "deferred",
          problem: "limit",
          bounce: null,
          hint: expect.stringMatching(/limit/),
        });
      }
    });

    it("says when the limit ends, if that is known", () => {
      expect(hintOf("550 5.4.5 Daily user sending limit exceeded")).toContain("within 24 hours");
      expect(hintOf("550 the domain sent too many emails per hour")).toContain("within an hour");
      expect(hintOf("550 5.4.5 too much mail, try again in 45 minutes")).toContain("ends in 45 min");
      expect(hintOf("421 4.7.28 unusual rate")).toContain("does not say");
    });

    it.each(LIMITS)("%s, at the greeting and the login", (response) => {
      for (const command of ["CONN", "AUTH PLAIN"]) {
        expect(connectResult(fault("EPROTOCOL", response, command))).toMatchObject({
          problem: "limit",
          offered: false,
        });
      }
    });
  });

  it.each(["550 5.7.1 blocked", "550 5.1.0 sender rejected", "554 your IP is on a block list"])(
    "%s defers the message, since the sender is the cause",
    (response) => {
      expect(resultOf(fault("EENVELOPE", response), false)).toMatchObject({ state: "deferred", problem: null });
      expect(resultOf(fault("EMESSAGE", response, "DATA"), true)).toMatchObject({ state: "deferred", problem: null });
    },
  );
});

describe("connectResult", () => {
  it.each([
    ["421 too busy", fault("EPROTOCOL", "421 4.3.2 too busy", "CONN"), "throttled"],
    ["454 login not possible now", fault("EAUTH", "454 4.7.0 later", "AUTH PLAIN"), "throttled"],
    ["535 wrong password", fault("EAUTH", "535 5.7.8 no", "AUTH PLAIN"), "account"],
    ["554 not you", fault("EPROTOCOL", "554 go away", "CONN"), "account"],
    ["no encryption offered", fault("ETLS"), "account"],
    ["nothing listens", fault("ECONNREFUSED"), "connection"],
    ["an unknown name, which may be our own network", fault("EDNS"), "connection"],
  ] as const)("%s", (_, given, problem) => {
    const result = connectResult(given);
    expect(result).toMatchObject({ state: "pending", problem, offered: false });
    expect(result.hint).toMatch(/\.$/);
  });
});

it("codes are the reply and the enhanced status, and nothing that only looks like one", () => {
  expect([statusOf("550-5.7.26 a"), statusOf("550 version 5.1.1"), statusOf("5.1.1")]).toEqual(["5.7.26", null, null]);
  expect(resultOf(fault("EENVELOPE", "550 5.7.1 no"), false).code).toBe("550 5.7.1");
  expect(resultOf(fault("EENVELOPE", "550 no"), false).code).toBe("550");
  expect(sentResult("250 2.0.0 queued").code).toBe("250 2.0.0");
});
