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
    ["too large by the server's announcement", fault("EMESSAGE", undefined, "MAIL FROM"), false, "refused", null],
  ] as const)("%s", (_, given, endSent, state, problem) => {
    expect(resultOf(given, endSent)).toMatchObject({ state, problem, offered: true });
  });

  it.each([
    ["550 5.1.1 no such user", true],
    ["550 5.1.2 no such domain", true],
    ["553-5.1.3 bad address", true],
    ["556 5.1.10 domain takes no mail", true],
    ["550 5.2.1 mailbox disabled", true],
    ["550 #5.1.1 no such user", true],
    ["553 5.1.7 sender's address is malformed", false],
    ["553 5.1.8 sender's domain is unknown", false],
    ["552 5.2.2 mailbox full", false],
    ["550 5.4.1 recipient address rejected", false],
    ["554 5.6.0 content", false],
    ["550 5.7.1 blocked", false],
    ["550 5.7.515 sender does not authenticate", false],
    ["550 no such user", false],
    ["550 the code 5.1.1 stands elsewhere", false],
    ["450 5.1.1 a temporary reply", false],
  ])("%s: the address is dead: %s", (response, suppressReader) => {
    expect(resultOf(fault("EENVELOPE", response), false).suppressReader).toBe(suppressReader);
    expect(resultOf(fault("EMESSAGE", response, "DATA"), true).suppressReader).toBe(suppressReader);
  });
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
