import { describe, expect, it } from "vitest";
import { isAccountFault, hintFor, oneLine, readFault } from "../../../src/send/smtp/errors.js";

/** An error in the shape of nodemailer's. */
function fault(code: string, response?: string, command = "CONN") {
  const error = Object.assign(new Error(response ?? `fault ${code}`), { code, command });
  return response === undefined
    ? error
    : Object.assign(error, { response, responseCode: Number(response.slice(0, 3)) });
}

describe("isAccountFault", () => {
  it.each([
    [fault("EENVELOPE", "550 5.7.1 sender not allowed", "MAIL FROM"), true],
    [fault("EENVELOPE", "530 5.7.0 login first", "RCPT TO"), true],
    [fault("EENVELOPE", "552 5.2.2 over quota", "MAIL FROM"), true],
    [fault("EENVELOPE", "451 later", "MAIL FROM"), false],
    [fault("EENVELOPE", "550 no such user", "RCPT TO"), false],
    [fault("ECONNECTION"), false],
  ])("%s: %s", (error, everyone) => {
    expect(isAccountFault(readFault(error))).toBe(everyone);
  });
});

describe("hintFor", () => {
  it.each([
    [fault("EAUTH", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."), "Microsoft 365"],
    [fault("EAUTH", "534-5.7.9 Application-specific password required."), "app password"],
    [fault("EAUTH", "535 5.7.8 Error: authentication failed"), "user or password"],
    [fault("EAUTH", "535 no"), "user or password"],
    [fault("EENVELOPE", "530 5.7.0 Must issue a STARTTLS command first"), "requires encryption"],
    [fault("EENVELOPE", "530 5.7.0 Authentication Required"), "requires a login"],
    [fault("ETLS", "502 5.5.1 command not known"), "offers no encryption"],
    [
      Object.assign(new Error("self-signed certificate"), { code: "ESOCKET", originalCode: "DEPTH_ZERO" }),
      "NODE_EXTRA_CA_CERTS",
    ],
    [Object.assign(new Error("ssl3_get_record:wrong version number"), { code: "ESOCKET" }), "port 587"],
    [Object.assign(new Error("Greeting never received"), { code: "ETIMEDOUT" }), "smtps://"],
    [Object.assign(new Error("Connection timeout"), { code: "ETIMEDOUT" }), "block mail ports"],
    [
      Object.assign(new Error("connect ECONNREFUSED"), { code: "ESOCKET", originalCode: "ECONNREFUSED" }),
      "connection was refused",
    ],
    [Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "EDNS" }), "spelling"],
    [fault("EENVELOPE", "553 5.7.1 Sender address rejected: not owned by user"), "`from`"],
    ["not even an error", "server's reply"],
  ])("%s", (error, hint) => {
    expect(hintFor(readFault(error))).toContain(hint);
  });
});

it("oneLine keeps words and nothing that moves a cursor", () => {
  expect(oneLine("550-a\r\n550 \u001b[2Jb\u202Ec\0 ")).toBe("550-a 550 [2Jb c");
  expect(oneLine("x".repeat(3000))).toHaveLength(2000);
  expect(oneLine("250 2.0.0 Ok: queued as 4FzX")).toBe("250 2.0.0 Ok: queued as 4FzX");
  expect(oneLine("250  ok ")).toBe("250 ok");
});
