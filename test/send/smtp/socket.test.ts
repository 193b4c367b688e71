import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openSmtpSocket } from "../../../src/send/smtp/socket.js";
import type { SmtpSocket } from "../../../src/send/smtp/socket.js";

const opened: { end(): void }[] = [];

afterEach(() => {
  for (const each of opened.splice(0)) each.end();
});

/** Opens a connection on this machine; returns both ends. */
async function socketTo(said?: string): Promise<{ readonly smtp: SmtpSocket; readonly server: Socket }> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const socket = connect((listener.address() as AddressInfo).port, "127.0.0.1");
  const [server] = (await once(listener, "connection")) as [Socket];
  server.on("error", () => undefined);
  opened.push({ end: () => (server.destroy(), socket.destroy(), listener.close()) });
  return { smtp: openSmtpSocket(socket, said), server };
}

describe("an SMTP reply", () => {
  it.each([
    ["in one piece", ["250 fine\r\n"], { code: 250, words: "250 fine" }],
    ["in pieces", ["25", "0 fi", "ne\r", "\n"], { code: 250, words: "250 fine" }],
    ["when it has several lines", ["250-one\r\n250 two\r\n"], { code: 250, words: "250-one\n250 two" }],
    ["without text", ["354\r\n"], { code: 354, words: "354" }],
    ["with bare line feeds", ["250 fine\n"], { code: 250, words: "250 fine" }],
    ["in UTF-8", ["550 für wen?\r\n"], { code: 550, words: "550 für wen?" }],
    ["without a code when it is not SMTP", ["HTTP/1.1 200 OK\r\n"], { code: null, words: "HTTP/1.1 200 OK" }],
    ["without a code when SMTP has no such code", ["999 what\r\n"], { code: null, words: "999 what" }],
  ])("is read %s", async (_, pieces, reply) => {
    const { smtp, server } = await socketTo();
    const answer = smtp.nextReply();
    for (const piece of pieces) await new Promise((sent) => server.write(piece, sent));
    expect(await answer).toEqual(reply);
    expect(smtp.isIdle()).toBe(true);
  });

  it("is queued when it comes before it is awaited", async () => {
    const { smtp, server } = await socketTo("250 zero\r\n25");
    expect(smtp.isIdle()).toBe(false);
    server.write("0 one\r\n421 bye\r\n");
    const replies = [await smtp.nextReply(), await smtp.nextReply(), await smtp.nextReply()];
    expect(replies.map(({ words }) => words)).toEqual(["250 zero", "250 one", "421 bye"]);
  });

  it("counts as a refusal without its line end when the server closes", async () => {
    const { smtp, server } = await socketTo();
    server.end("554 5.7.1 go away");
    expect(await smtp.nextReply()).toEqual({ code: 554, words: "554 5.7.1 go away" });
    await expect(smtp.nextReply()).rejects.toThrow("Connection closed");
  });
});

describe("the limits on a server's output", () => {
  it("close a connection with an endless reply", async () => {
    const { smtp, server } = await socketTo();
    const answer = smtp.nextReply();
    server.write("250-and\r\n".repeat(10_000));
    await expect(answer).rejects.toThrow("too long");
  });

  it("close a connection with an endless line", async () => {
    const { smtp, server } = await socketTo();
    const answer = smtp.nextReply();
    server.write("2".repeat(100_000));
    await expect(answer).rejects.toThrow("too long");
  });

  it("close a connection with unsolicited replies", async () => {
    const { smtp, server } = await socketTo();
    const gone = once(server, "close");
    server.write("250 yes\r\n".repeat(1000));
    server.resume();
    await gone;
    await expect(smtp.write([Buffer.from("NOOP\r\n")])).rejects.toThrow("no command");
  });
});

it("rejects writers and readers with the cause when the connection breaks", async () => {
  const { smtp } = await socketTo();
  const [answer, writing] = [smtp.nextReply(), smtp.write([Buffer.alloc(50_000_000)])];
  smtp.destroy(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  await expect(writing).rejects.toThrow("enough");
  await expect(smtp.nextReply()).rejects.toThrow("enough");
  expect(smtp.isIdle()).toBe(false);
});
