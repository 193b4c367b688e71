import { describe, expect, it } from "vitest";
import { smtpTransport } from "../../../src/send/smtp/connection.js";
import { transportTo, closeServersAfterEach, drainSetup, readers, scriptedServer, SHORT, sink } from "./draining.js";

closeServersAfterEach();

function verbs(commands: readonly string[], verb: string): string[] {
  return commands.filter((command) => command.startsWith(verb));
}

it.each([
  "b@x.example\r\nBcc: evil@y.example",
  "x@a.example, evil@b.example",
  "<x@a.example>",
  "x@a.example>",
  "x y@z.example",
])("F31: refuses %j before sending any of it", async (address) => {
  const server = await scriptedServer({});
  const { run, rows } = drainSetup(server.port, { addresses: [address, "you@example.com"] });
  await run();
  expect(rows.map(({ state }) => state)).toEqual(["refused", "sent"]);
  expect(verbs(server.commands, "RCPT")).toEqual(["RCPT TO:<you@example.com>"]);
});

it("F34: refuses a non-ASCII address when the server lacks SMTPUTF8", async () => {
  const server = await sink({ asciiOnly: true });
  const { run, rows } = drainSetup(server.port, { addresses: ["jürgen@example.com", "you@example.com"] });
  await run();
  expect(rows.map(({ state }) => state)).toEqual(["refused", "sent"]);
  expect(rows[0]?.detail).toContain("SMTPUTF8");
});

describe("F40: the output of a run", () => {
  it("contains neither the password nor a reader's address", async () => {
    const server = await scriptedServer({
      EHLO: "250-scripted\r\n250 AUTH PLAIN",
      RCPT: "550 5.7.1 <reader1@secret.example> refused for user me with hunter22",
    });
    const { run } = drainSetup(server.port, { addresses: readers(20, "secret.example") });
    const login = { user: "me", password: "hunter22" };
    const { stopped } = await run({ transport: transportTo(server.port, { login }) });
    expect(stopped?.kind).toBe("policy");
    expect(JSON.stringify(stopped)).not.toMatch(/hunter22|reader1@/);
    expect(stopped?.message).toContain("***@secret.example");
  });

  it("does not contain the password when the login fails", async () => {
    const server = await scriptedServer({
      EHLO: "250-scripted\r\n250 AUTH PLAIN",
      AUTH: `535 5.7.8 no ${Buffer.from("\0me\0hunter22").toString("base64")} hunter22`,
    });
    const { run, states } = drainSetup(server.port, { addresses: readers(20) });
    const settings = { host: "127.0.0.1", port: server.port, secure: false, allowPlaintext: false };
    const login = { user: "me", password: "hunter22" };
    const { stopped } = await run({ transport: smtpTransport({ settings: { ...settings, login }, times: SHORT }) });
    expect(stopped).toMatchObject({ kind: "account", needsOperator: true, hint: expect.stringContaining("password") });
    expect(JSON.stringify(stopped)).not.toMatch(/hunter22|AG1lAGh1bnRlcjIy/);
    expect(states()).toEqual({ pending: 20 });
  });
});
