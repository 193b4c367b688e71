import { describe, expect, it } from "vitest";
import { startSmtp } from "../../support/smtp.js";
import { closeAfterEach, scripted, sendAll, start, through } from "./mailing.js";
import { messageFor } from "../message/letters.js";
import { LONG } from "../worker/faults.js";

closeAfterEach();

describe("a connection that breaks", () => {
  it.each([
    ["at MAIL", { MAIL: "drop" }, "deferred"],
    ["at RCPT", { RCPT: "drop" }, "deferred"],
    ["at DATA", { DATA: "drop" }, "deferred"],
    ["after the final dot", { end: "drop" }, "uncertain"],
    ["with 421 at MAIL", { MAIL: "421 4.3.2 going down" }, "deferred"],
    ["with 421 at RCPT", { RCPT: "421 4.3.2 going down" }, "deferred"],
    ["with 421 after the final dot", { end: "421 4.3.2 going down" }, "deferred"],
    ["with no known reply after the final dot", { end: "what?" }, "uncertain"],
  ] as const)("%s leaves a known state, and the next reader gets a new connection", async (_, script, state) => {
    const server = await scripted((connection) => (connection === 0 ? script : {}));
    const { deliveries, stopped } = await sendAll(["a@example.com", "b@example.com"], await through(server.url));
    expect(deliveries.map((delivery) => delivery.state)).toEqual([state, "sent"]);
    expect(stopped).toBeNull();
  });

  it("in the middle of the data leaves the message certainly unsent", async () => {
    const server = await scripted({ EHLO: "250 scripted", body: "drop" });
    const delivery = await (await through(server.url)).send(await messageFor("you@example.com", LONG));
    expect(delivery.state).toBe("deferred");
  });

  it("between two messages is replaced before the second", async () => {
    const server = await scripted((connection) => (connection === 0 ? { end: "250 taken\r\n421 idle" } : {}));
    const { counts } = await sendAll(["a@example.com", "b@example.com"], await through(server.url));
    expect(counts.sent).toBe(2);
  });

  it("after the end of data never causes a second attempt", async () => {
    const server = await scripted({ end: "drop" });
    await sendAll(["a@example.com", "b@example.com"], await through(server.url));
    expect(server.commands.filter((command) => command.startsWith("RCPT"))).toEqual([
      "RCPT TO:<a@example.com>",
      "RCPT TO:<b@example.com>",
    ]);
  });
});

describe("a fault that affects every message", () => {
  it("defers the first message and leaves the rest, when the server is down", async () => {
    const server = await startSmtp();
    await server.close();
    const { counts, stopped, deliveries } = await sendAll(
      ["a@example.com", "b@example.com"],
      await through(server.url),
    );
    expect(counts).toMatchObject({ prepared: 2, deferred: 1, pending: 1 });
    expect(stopped).toMatchObject({ code: "send-incomplete", retryable: true, hint: expect.stringContaining("587") });
    expect(deliveries[0]?.detail).toContain("ECONNREFUSED");
  });

  it.each([
    ["a greeting of 421", { connect: "421 4.3.2 too busy" }, "421 4.3.2 too busy"],
    ["a connection closed before the greeting", { connect: "drop" }, "closed"],
    ["a refused sender", { MAIL: "550 5.7.1 sender not allowed" }, "550 5.7.1 sender not allowed"],
    ["a required login", { MAIL: "530 5.7.0 Authentication required" }, "Authentication required"],
  ] as const)("stops the run with the server's reply: %s", async (_, script, words) => {
    const server = await scripted(script);
    const { counts, stopped } = await sendAll(["a@example.com", "b@example.com"], await through(server.url));
    expect(counts).toMatchObject({ deferred: 1, pending: 1 });
    expect(stopped?.message).toContain(words);
  });

  it("stops the run at a wrong password without showing it", async () => {
    const server = await start({ auth: { user: "me@example.org", password: "right" } });
    const url = server.url.replace("right", "s3cr%2Ft");
    const { counts, stopped } = await sendAll(["a@example.com"], await through(url));
    expect(counts.deferred).toBe(1);
    expect(stopped?.message).toContain("535 5.7.8 user or password wrong");
    expect(stopped?.hint).toContain("password");
    expect(JSON.stringify([stopped, stopped?.message])).not.toContain("s3cr");
  });

  it("redacts a password that the server repeats", async () => {
    const server = await scripted({
      EHLO: "250-scripted\r\n250 AUTH PLAIN",
      RCPT: `550 you said hunter22 and ${Buffer.from("\0me\0hunter22").toString("base64")}`,
    });
    const login = `smtp://me:hunter22@127.0.0.1:${server.port}`;
    const delivery = await (await through(login)).send(await messageFor("you@example.com"));
    expect(delivery.detail).toBe("550 you said *** and ***");
  });

  it("redacts a password where the reply is cut", async () => {
    const server = await scripted({ EHLO: "250-scripted\r\n250 AUTH PLAIN", RCPT: `550 ${"x".repeat(490)} hunter22` });
    const mailer = await through(`smtp://me:hunter22@127.0.0.1:${server.port}`);
    const { detail } = await mailer.send(await messageFor("you@example.com"));
    expect(detail).toHaveLength(498);
    expect(detail.endsWith("x ***")).toBe(true);
  });
});
