import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import type { Letter } from "../../../src/core/model.js";
import { composeMessage, type ComposeContext } from "../../../src/send/message/template.js";
import type { ReaderLinks } from "../../../src/send/message/headers.js";
import { CONTEXT, LETTER, messageFor, messagesFor } from "./letters.js";

const READER = "you@example.com";
const HOSTILE_SUBJECT = "Fast\r\nBcc: evil@example.net\r\n\r\n<b>\u202Egnp.exe\u0000\u2028 papers";

async function parsed(letter: Partial<Letter>, context: Partial<ComposeContext> = {}) {
  const message = await composeMessage({ ...LETTER, ...letter }, { address: READER }, { ...CONTEXT, ...context });
  const mail = await PostalMime.parse(message.raw);
  return { message, mail, header: (name: string) => mail.headers.filter(({ key }) => key === name) };
}

/** Returns the values of both unsubscribe headers for these links. */
async function unsubscribeHeaders(links: Partial<ReaderLinks>): Promise<string[][]> {
  const none = { unsubscribeUrl: null, unsubscribeMailto: null, preferencesUrl: null };
  const { header } = await parsed({}, { links: () => ({ ...none, ...links }) });
  return ["list-unsubscribe", "list-unsubscribe-post"].map((name) => header(name).map(({ value }) => value));
}

/** Returns the header lines of a message, unfolded. */
function headerLines(raw: Buffer): string[] {
  const [head = ""] = raw.toString("latin1").split("\r\n\r\n");
  return head.replaceAll(/\r\n[ \t]/g, " ").split("\r\n");
}

describe("the header of a message", () => {
  it("has each field once, in a fixed order", async () => {
    const { message } = await parsed({});
    expect(headerLines(message.raw)).toMatchInlineSnapshot(`
      [
        "From: Paperboy <digest@example.org>",
        "To: you@example.com",
        "Subject: Small models learn to wait, and 11 more",
        "Date: Tue, 10 Mar 2026 06:00:00 +0000",
        "Message-ID: <idsusk8ofhc09hslnvpgcsup2gtgaggj.day-2026-03-09@example.org>",
        "List-ID: Daily Papers <daily.papers.example.org>",
        "Feedback-ID: day-2026-03-09:list::paperboy",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "Precedence: bulk",
        "Content-Language: en",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative; boundary="=_paperboy-771aa24e88f19b5d83f45db3886e4384"",
      ]
    `);
  });

  it("names one sender and one recipient", async () => {
    const { mail, message } = await parsed({}, { replyTo: "help@example.org" });
    expect(mail.from).toEqual({ name: "Paperboy", address: "digest@example.org" });
    expect(mail.to).toEqual([{ name: "", address: READER }]);
    expect(mail.replyTo).toEqual([{ name: "", address: "help@example.org" }]);
    expect(message).toMatchObject({ from: "digest@example.org", to: READER, messageId: mail.messageId });
  });

  it.each([
    ["plain", "Small models learn to wait", "Small models learn to wait"],
    ["accents and emoji", "Über große Modelle 🗞️ 👩‍🔬", "Über große Modelle 🗞️ 👩‍🔬"],
    ["long and Chinese", "小模型学会等待".repeat(12), "小模型学会等待".repeat(12)],
    ["hostile", HOSTILE_SUBJECT, "Fast Bcc: evil@example.net <b>gnp.exe papers"],
    ["an encoded word of the page", "=?utf-8?q?Bcc=3A_evil?=", "=?utf-8?q?Bcc=3A_evil?="],
    ["a lone surrogate", "half \uD83D face", "half \uFFFD face"],
  ])("keeps the subject readable: %s", async (_, subject, read) => {
    const { mail, message } = await parsed({ subject });
    expect(mail.subject).toBe(read);
    expect(headerLines(message.raw).filter((line) => /^(?:bcc|subject|<b>)/i.test(line))).toHaveLength(1);
    expect(mail.bcc).toBeUndefined();
  });

  it.each([
    ["punctuation", { name: 'Paper, "Boy" <evil@example.net>', address: "digest@example.org" }],
    ["letters beyond ASCII", { name: "Zeitungsbüro, Ltd", address: "digest@example.org" }],
  ])("separates a sender's name with %s from the address", async (_, from) => {
    const { mail } = await parsed({}, { from });
    expect(mail.from).toEqual(from);
  });

  it.each([
    ["Daily Papers", "Daily Papers <daily.papers.example.org>"],
    ["Papers, daily", "=?UTF-8?Q?Papers=2C_daily?= <daily.papers.example.org>"],
    ["Tägliches", "=?UTF-8?Q?T=C3=A4gliches?= <daily.papers.example.org>"],
    ["Two\r\nBcc: evil@b.org", "=?UTF-8?Q?Two_Bcc=3A_evil=40b=2Eorg?= <daily.papers.example.org>"],
    ["", "<daily.papers.example.org>"],
  ])("writes the list name %j as a phrase", async (listName, value) => {
    const { header } = await parsed({}, { listName });
    expect(header("list-id").map(({ value }) => value)).toEqual([value]);
  });

  it("offers to unsubscribe in one field, and one-click only over https", async () => {
    const url = "https://papers.example.org/u/TOKEN";
    const mailto = "mailto:stop@example.org?subject=stop";
    expect(await unsubscribeHeaders({})).toEqual([[], []]);
    expect(await unsubscribeHeaders({ unsubscribeMailto: mailto })).toEqual([[`<${mailto}>`], []]);
    expect(await unsubscribeHeaders({ unsubscribeUrl: url, unsubscribeMailto: mailto })).toEqual([
      [`<${url}>, <${mailto}>`],
      ["List-Unsubscribe=One-Click"],
    ]);
    const trial = "http://localhost:8080/u/TOKEN";
    expect(await unsubscribeHeaders({ unsubscribeUrl: trial })).toEqual([[], []]);
    expect(await unsubscribeHeaders({ unsubscribeUrl: trial, unsubscribeMailto: mailto })).toEqual([
      [`<${mailto}>`],
      [],
    ]);
  });

  it.each(["https://x.example/\r\nBcc: evil@example.net", "javascript:alert(1)", "https://x.example/>,<mailto:a@b.c"])(
    "refuses %j as a URL of the list",
    async (url) => {
      const links = { unsubscribeUrl: url, unsubscribeMailto: null, preferencesUrl: null };
      await expect(parsed({}, { links: () => links })).rejects.toMatchObject({ code: "config-invalid" });
      await expect(parsed({}, { listArchive: url })).rejects.toMatchObject({ code: "config-invalid" });
    },
  );

  it("has the archive of the list, and a Feedback-ID", async () => {
    const { header } = await parsed({}, { listArchive: "https://papers.example.org/archive" });
    const values = ["list-archive", "feedback-id", "list-post"].flatMap(header);
    expect(values.map(({ value }) => value)).toEqual([
      "<https://papers.example.org/archive>",
      "day-2026-03-09:list::paperboy",
    ]);
  });

  it("marks a test letter in its subject, Message-ID and file name", async () => {
    const { message } = await parsed({});
    const test = await parsed({}, { test: true });
    expect(test.mail.subject).toBe(`[test] ${LETTER.subject}`);
    expect(test.message.messageId).not.toBe(message.messageId);
    expect([message.slug, test.message.slug]).toEqual(["day-2026-03-09", "test-day-2026-03-09"]);
    // A corrected test letter gets its own Message-ID, or receivers would drop it as a copy.
    const corrected = await parsed({ html: "<p>corrected</p>" }, { test: true });
    expect(corrected.message.messageId).not.toBe(test.message.messageId);
  });
});

describe("the body of a message", () => {
  const AWKWARD = [
    ".",
    "..",
    ".leading dot",
    "From here on",
    "trailing space ",
    "tab\t",
    "=3D is not an equals sign",
    "x".repeat(2000),
    "👩‍🔬 🗞️ 小模型 ü",
    "\u2028 a line separator",
    "",
    "the end",
  ].join("\n");

  it("contains the text, then the HTML, both in UTF-8, and nothing else", async () => {
    const { mail, message } = await parsed({ text: AWKWARD, html: `<pre>${AWKWARD}</pre>` });
    expect(mail.text?.trimEnd()).toBe(AWKWARD);
    expect(mail.html?.trimEnd()).toBe(`<pre>${AWKWARD}</pre>`);
    expect(mail.attachments).toEqual([]);
    const types = [...message.raw.toString("latin1").matchAll(/^Content-Type: (.*)$/gm)].map(([, type]) =>
      type?.trim(),
    );
    expect(types).toEqual([
      expect.stringMatching(/^multipart\/alternative;/),
      "text/plain; charset=utf-8",
      "text/html; charset=utf-8",
    ]);
  });

  it.each([
    ["text", AWKWARD],
    ["lone carriage returns", "a\rb\r\rc"],
    ["nothing", ""],
  ])("consists of ASCII lines of at most 998 bytes that end in CRLF: %s", async (_, text) => {
    const { raw } = await messageFor(READER, { text, html: text });
    const wire = raw.toString("latin1");
    expect(wire).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
    expect(wire).toMatch(/^[\t\r\n\x20-\x7E]*$/);
    expect(wire.endsWith("\r\n")).toBe(true);
    expect(Math.max(...wire.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it.each([
    ["Latin letters", "Modelle lernen, länger zu warten. ", "quoted-printable"],
    ["Chinese", "小模型学会等待。", "base64"],
  ])("uses the smaller encoding for %s", async (_, sentence, encoding) => {
    const { raw } = await messageFor(READER, { text: sentence.repeat(50), html: sentence.repeat(50) });
    const encodings = [...raw.toString("latin1").matchAll(/^Content-Transfer-Encoding: (\S+)/gm)].map(
      ([, name]) => name,
    );
    expect(encodings).toEqual([encoding, encoding]);
  });

  it("cannot end a part early by containing the boundary", async () => {
    const { raw } = await messageFor(READER);
    const boundary = /boundary="([^"]+)"/.exec(raw.toString("latin1"))?.[1] ?? "none";
    const text = `--${boundary}\r\nContent-Type: text/html\r\n\r\n<b>evil</b>`;
    const { mail } = await parsed({ text });
    expect(mail.html).not.toContain("evil");
    expect(mail.text).toContain(`--${boundary}`);
  });

  it.each([{ path: "/etc/hostname" }, { href: "http://127.0.0.1:9/" }])(
    "never reads a file or URL for %j",
    async (hostile) => {
      const letter = { ...LETTER, text: hostile } as unknown as Letter;
      await expect(composeMessage(letter, { address: READER }, CONTEXT)).rejects.toThrow(TypeError);
    },
  );
});

describe("composeMessage", () => {
  it("returns the same bytes for the same letter, reader and context", async () => {
    const [first, second] = await messagesFor([READER, READER]);
    expect(second).toEqual(first);
  });

  it("reveals no reader to another", async () => {
    const [mine, theirs] = await messagesFor(["me@example.com", "other.reader@example.net"]);
    expect(mine?.raw.toString()).not.toContain("other.reader");
    expect(theirs?.raw.toString()).not.toContain("me@example.com");
    expect(mine?.messageId).not.toBe(theirs?.messageId);
  });

  it("varies only To and Message-ID between readers without links", async () => {
    const [mine, theirs] = await messagesFor(["me@example.com", "u2@example.net"]);
    const neutral = (message: typeof mine) =>
      message?.raw.toString("latin1").replaceAll(/^To: .*$|^Message-ID: .*$/gm, "");
    expect(neutral(mine)).toBe(neutral(theirs));
  });
});
