import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { closeAfterEach, elsewhere, scripted, sendAll, start, through } from "./mailing.js";
import { LETTER, messageFor, messagesFor } from "../message/letters.js";

const AWKWARD = [".", "..", ".dot", "x".repeat(1500), "ü 小 👩‍🔬", "", "."].join("\n");

closeAfterEach();

describe("openMailer over SMTP", () => {
  it("sends one message per person, without other addresses", async () => {
    const server = await start();
    const { counts, deliveries } = await sendAll(["a@example.com", "b@example.net"], await through(server.url));
    expect(counts).toMatchObject({ prepared: 2, sent: 2 });
    expect(deliveries[0]?.detail).toMatch(/^250 /);
    expect(server.messages.map(({ envelope }) => envelope)).toEqual([
      { from: "digest@example.org", to: ["a@example.com"] },
      { from: "digest@example.org", to: ["b@example.net"] },
    ]);
    expect(server.messages[0]?.raw).not.toContain("b@example.net");
    expect(server.messages[1]?.raw).not.toContain("a@example.com");
    expect(server.connections()).toBe(1);
  });

  it("delivers the bytes unchanged, including dots and long lines", async () => {
    const server = await start();
    const message = await messageFor("you@example.com", { text: AWKWARD, html: `<pre>${AWKWARD}</pre>` });
    await (await through(server.url)).send(message);
    expect(server.messages[0]?.raw).toBe(message.raw.toString("utf8"));
    const mail = await PostalMime.parse(server.messages[0]?.raw ?? "");
    expect([mail.subject, mail.text?.trimEnd()]).toEqual([LETTER.subject, AWKWARD]);
  });

  it("keeps overlapping calls in order on one connection", async () => {
    const server = await start();
    const mailer = await through(server.url);
    const people = ["a@example.com", "b@example.com", "c@example.com"];
    await Promise.all((await messagesFor(people)).map((message) => mailer.send(message)));
    expect(server.messages.flatMap(({ envelope }) => envelope.to)).toEqual(people);
    expect(server.connections()).toBe(1);
  });

  it("opens a new connection after a hundred messages", async () => {
    const server = await start();
    const people = Array.from({ length: 101 }, (_, number) => `reader${number}@example.com`);
    const { counts } = await sendAll(people, await through(server.url));
    expect([counts.sent, server.connections()]).toEqual([101, 2]);
  });

  it("sends a letter that is larger than a socket's buffer", async () => {
    const server = await start();
    const text = "A sentence of an invented abstract.\n".repeat(20_000);
    const delivery = await (await through(server.url)).send(await messageFor("you@example.com", { text }));
    expect(delivery.state).toBe("sent");
    expect(server.messages[0]?.raw.length).toBeGreaterThan(700_000);
  });
});

describe("refusals", () => {
  it.each([
    [550, "5.1.1 no such user here", "refused"],
    [451, "4.7.1 greylisted, try again later", "deferred"],
  ] as const)("reports %i for a recipient with the server's reply, and continues", async (code, message, state) => {
    const refuse = (address: string) => (address === "b@example.com" ? { code, message } : null);
    const server = await start({ refuse });
    const { counts, deliveries } = await sendAll(
      ["a@example.com", "b@example.com", "c@example.com"],
      await through(server.url),
    );
    expect(counts).toMatchObject({ prepared: 3, sent: 2, [state]: 1 });
    expect(deliveries[1]).toEqual({ to: "b@example.com", state, detail: `${code} ${message}` });
    expect(server.messages.flatMap(({ envelope }) => envelope.to)).toEqual(["a@example.com", "c@example.com"]);
    expect(server.connections()).toBe(1);
  });

  it.each([
    [554, "refused"],
    [452, "deferred"],
  ] as const)("treats %i after the data as a definite answer", async (code, state) => {
    const server = await start({ onData: () => ({ code, message: "not this one" }) });
    const { deliveries } = await sendAll(["a@example.com", "b@example.com"], await through(server.url));
    expect(deliveries.map((delivery) => delivery.state)).toEqual([state, state]);
    expect(server.connections()).toBe(1);
  });

  it("refuses a non-ASCII address when the server lacks SMTPUTF8", async () => {
    const server = await start({ asciiOnly: true });
    const { deliveries } = await sendAll(["jürgen@example.com", "you@example.com"], await through(server.url));
    expect(deliveries.map(({ state }) => state)).toEqual(["refused", "sent"]);
    expect(deliveries[0]?.detail).toContain("SMTPUTF8");
  });

  it("mails a non-ASCII address when the server offers SMTPUTF8", async () => {
    const server = await start();
    await sendAll(["jürgen@bücher.example"], await through(server.url));
    expect(server.messages[0]?.envelope.to[0]).toMatch(/^jürgen@/);
  });

  it("refuses a message over the server's SIZE before sending any of it", async () => {
    const server = await scripted({ EHLO: "250-small\r\n250 SIZE 1000" });
    const text = "a sentence ".repeat(500);
    const sending = (await through(server.url)).send(await messageFor("you@example.com", { text }));
    await expect(sending).rejects.toMatchObject({ code: "send-incomplete", message: expect.stringContaining("1000") });
    expect(server.commands.filter((command) => command.startsWith("MAIL"))).toEqual([]);
  });

  it("reports a reply on one line without control characters", async () => {
    const server = await scripted({ RCPT: "550-no\u0007\r\n550 \u001b[31msuch user" });
    const delivery = await (await through(server.url)).send(await messageFor("you@example.com"));
    expect(delivery).toMatchObject({ state: "refused", detail: "550-no 550 [31msuch user" });
  });
});

describe("encryption and login", () => {
  it.each(["starttls", "implicit"] as const)("accept a self-signed certificate on this machine: %s", async (tls) => {
    const server = await start({ tls, auth: { user: "me@example.org", password: "p@ss/w%rd" } });
    const { counts } = await sendAll(["you@example.com"], await through(server.url));
    expect(counts.sent).toBe(1);
    expect(server.messages[0]).toMatchObject({ secure: true, user: "me@example.org" });
  });

  it("are required for another host: without STARTTLS nothing is sent", async () => {
    const server = await scripted({});
    const { counts, stopped } = await sendAll(["a@example.com"], elsewhere(server.port));
    expect(counts).toMatchObject({ sent: 0, deferred: 1 });
    expect(stopped?.hint).toContain("allowPlaintext");
    expect(server.commands.map((command) => command.split(" ")[0])).toEqual(["EHLO", "STARTTLS"]);
  });

  it("are optional when allowPlaintext is set", async () => {
    const server = await scripted({});
    const { counts } = await sendAll(["a@example.com"], elsewhere(server.port, { allowPlaintext: true }));
    expect(counts.sent).toBe(1);
  });

  it("never send a password unencrypted, even with allowPlaintext", async () => {
    const auth = { user: "me@example.org", password: "right" };
    const server = await start({ auth });
    const { stopped } = await sendAll(["a@example.com"], elsewhere(server.port, { allowPlaintext: true, login: auth }));
    expect(stopped?.message).toContain("not encrypted");
    expect(server.messages).toEqual([]);
  });

  it.each(["starttls", "implicit"] as const)("reject a self-signed certificate of another host: %s", async (tls) => {
    const server = await start({ tls });
    const { counts, stopped } = await sendAll(
      ["a@example.com"],
      elsewhere(server.port, { secure: tls === "implicit", allowPlaintext: true }),
    );
    expect(counts.sent).toBe(0);
    expect(stopped?.hint).toContain("certificate");
    expect(server.messages).toEqual([]);
  });

  it("fail with a hint when the server offers no login", async () => {
    const server = await scripted({});
    const { stopped } = await sendAll(["a@example.com"], await through(`smtp://me:secret@127.0.0.1:${server.port}`));
    expect(stopped?.message).toContain("offers no login");
  });

  it("fail with a hint when a plain port is used with smtps", async () => {
    const server = await start();
    const { stopped } = await sendAll(["a@example.com"], await through(`smtps://127.0.0.1:${server.port}`));
    expect(stopped?.hint).toContain("smtp://");
  });
});

describe("close", () => {
  it("sends QUIT and leaves no connection", async () => {
    const server = await scripted({});
    const mailer = await through(server.url);
    await mailer.send(await messageFor("you@example.com"));
    await mailer.close();
    expect(server.commands.at(-1)).toBe("QUIT");
  });

  it("works without a connection", async () => {
    await expect((await through("smtp://127.0.0.1:1")).close()).resolves.toBeUndefined();
  });
});
