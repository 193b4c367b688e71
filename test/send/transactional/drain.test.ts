import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drainTransactional, serveTransactional } from "../../../src/send/transactional/drain.js";
import type { TransactionalParts } from "../../../src/send/transactional/drain.js";
import { composeTransactional } from "../../../src/send/transactional/compose.js";
import { openMailer } from "../../../src/send/mailer.js";
import { openTransport } from "../../../src/send/open.js";
import type { TransactionalMail, Store } from "../../../src/store/store.js";
import { startRawSmtp, startSmtp } from "../../support/smtp.js";
import type { Smtp } from "../../support/smtp.js";
import { openTemporary } from "../../store/temporary.js";

const NOW = new Date("2026-10-05T07:00:00Z");
const MINUTE = 60_000;

let store: Store;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  const opened = await openTemporary();
  ({ store } = opened);
  closers.push(() => opened.destroy());
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function mail(to: string, parts: Partial<TransactionalMail> = {}): TransactionalMail {
  const sendBefore = new Date(Number(NOW) + 15 * MINUTE);
  return {
    kind: "confirm",
    to,
    subject: "Bitte bestätigen",
    text: "Ein Klick.\n.\n",
    html: "<p>Ein Klick.</p>",
    headers: {},
    sendBefore,
    ...parts,
  };
}

function partsFor(url: string, now = NOW): TransactionalParts {
  const mailer = openTransport({ smtp: url, outbox: "unused" }).then(openMailer);
  closers.push(async () => (await mailer).close());
  const context = {
    from: { name: "Paperboy", address: "papers@example.org" },
    listId: "daily.example.org",
    listName: "P",
    key: Buffer.alloc(32, 7),
    date: NOW,
  };
  return {
    transactional: store.transactional,
    send: async (message) => (await mailer).send(message),
    compose: (claim) => composeTransactional(claim, context),
    clock: () => now,
    signal: new AbortController().signal,
  };
}

/** Runs the loop; `between` is what happens in its pauses, by number from 1, until it answers with "stop". */
async function serve(
  parts: TransactionalParts,
  between: (turn: number) => Promise<"stop" | "on">,
  isPaused = () => false,
) {
  const stop = new AbortController();
  let turn = 0;
  await serveTransactional({
    ...parts,
    signal: stop.signal,
    isPaused: () => Promise.resolve(isPaused()),
    onError: (error) => {
      throw error;
    },
    sleep: async () => {
      turn += 1;
      if ((await between(turn)) === "stop") stop.abort();
    },
  });
}

describe("transactional mails", () => {
  it("arrive unchanged, each to one recipient, and are marked as automatic", async () => {
    const smtp = await startSmtp();
    closers.push(() => smtp.close());
    await store.transactional.enqueue(mail("a@example.com"), NOW);
    await store.transactional.enqueue(
      mail("b@example.com", { html: null, headers: { "In-Reply-To": "<q@example.com>" } }),
      NOW,
    );
    expect(await drainTransactional(partsFor(smtp.url))).toBe(2);
    expect(smtp.messages.map(({ envelope }) => envelope.to)).toEqual([["a@example.com"], ["b@example.com"]]);
    const [first, second] = await Promise.all(smtp.messages.map(({ raw }) => PostalMime.parse(raw)));
    expect([first?.subject, first?.text?.trim(), first?.html?.trim()]).toEqual([
      "Bitte bestätigen",
      "Ein Klick.\n.",
      "<p>Ein Klick.</p>",
    ]);
    const header = (name: string, of = first) => of?.headers.find(({ key }) => key === name)?.value;
    expect(header("auto-submitted")).toBe("auto-generated");
    expect(header("list-unsubscribe")).toBeUndefined();
    expect(header("auto-submitted", second)).toBe("auto-replied");
    expect(header("in-reply-to", second)).toBe("<q@example.com>");
    expect(await drainTransactional(partsFor(smtp.url))).toBe(0);
  });

  it("contact an unavailable server once, however many mails wait", async () => {
    let asked = 0;
    const raw = await startRawSmtp(() => {
      asked += 1;
      return { connect: "421 not now" };
    });
    closers.push(() => raw.close());
    for (let number = 0; number < 21; number += 1)
      await store.transactional.enqueue(mail(`r${number}@example.com`), NOW);
    expect(await drainTransactional(partsFor(raw.url))).toBe(0);
    expect(asked).toBe(1);
  });

  it("cannot inject a header", async () => {
    const smtp = await startSmtp();
    closers.push(() => smtp.close());
    const subject = "One\r\nBcc: all@example.com\u2028two\u0000three";
    await store.transactional.enqueue(mail("a@example.com", { subject }), NOW);
    await drainTransactional(partsFor(smtp.url));
    const [sent] = await Promise.all(smtp.messages.map(({ raw }) => PostalMime.parse(raw)));
    expect(sent?.subject).toBe("One Bcc: all@example.com two three");
    expect(sent?.bcc).toBeUndefined();
  });

  it("wait while the server is unavailable, and are sent once it is back", async () => {
    const raw = await startRawSmtp({ connect: "421 not now" });
    closers.push(() => raw.close());
    await store.transactional.enqueue(mail("a@example.com"), NOW);
    await store.transactional.enqueue(mail("b@example.com"), NOW);
    expect(await drainTransactional(partsFor(raw.url))).toBe(0);
    expect((await store.transactional.waiting(NOW)).mails).toBe(2);
    const smtp = await startSmtp();
    closers.push(() => smtp.close());
    expect(await drainTransactional(partsFor(smtp.url, NOW))).toBe(0);
    expect(await drainTransactional(partsFor(smtp.url, new Date(Number(NOW) + MINUTE)))).toBe(2);
  });

  it("that may have arrived are never sent again", async () => {
    const raw = await startRawSmtp({ end: "drop" });
    closers.push(() => raw.close());
    await store.transactional.enqueue(mail("a@example.com"), NOW);
    expect(await drainTransactional(partsFor(raw.url))).toBe(0);
    expect((await store.transactional.waiting(NOW)).mails).toBe(0);
  });

  it("that cannot be composed do not block others or add headers", async () => {
    const smtp = await startSmtp();
    closers.push(() => smtp.close());
    await store.transactional.enqueue(mail("a@example.com", { headers: { Bcc: "everybody@example.com" } }), NOW);
    await store.transactional.enqueue(
      mail("b@example.com", { headers: { "In-Reply-To": "<a>\r\nBcc: c@example.com" } }),
      NOW,
    );
    await store.transactional.enqueue(mail("c@example.com", { subject: "x\r\nBcc: everybody@example.com" }), NOW);
    expect(await drainTransactional(partsFor(smtp.url))).toBe(1);
    expect(smtp.messages.map(({ envelope }) => envelope.to)).toEqual([["c@example.com"]]);
    expect(smtp.messages[0]?.raw).not.toMatch(/^Bcc:/m);
  });

  it("are sent as they are queued, until the signal aborts", async () => {
    const smtp = await startSmtp();
    closers.push(() => smtp.close());
    const turns: number[] = [];
    await store.transactional.enqueue(mail("a@example.com"), NOW);
    await serve(partsFor(smtp.url), async (turn) => {
      turns.push(smtp.messages.length);
      if (turn === 2) return "stop";
      await store.transactional.enqueue(mail("b@example.com"), NOW);
      return "on";
    });
    expect(turns).toEqual([1, 2]);
  });

  it("wait while sending is paused", async () => {
    const smtp = await startSmtp();
    closers.push(() => smtp.close());
    const turns: number[] = [];
    await store.transactional.enqueue(mail("a@example.com"), NOW);
    const between = (turn: number): Promise<"stop" | "on"> => {
      turns.push(smtp.messages.length);
      return Promise.resolve(turn === 2 ? "stop" : "on");
    };
    await serve(partsFor(smtp.url), between, () => turns.length === 0);
    expect(turns).toEqual([0, 1]);
  });

  it("are sent through a server that restarted while the connection was idle", async () => {
    const first = await startSmtp();
    const after: Smtp[] = [];
    await store.transactional.enqueue(mail("a@example.com"), NOW);
    await serve(partsFor(first.url), async (turn) => {
      if (turn === 2) return "stop";
      await first.close();
      after.push(await startSmtp({ port: first.port }));
      await store.transactional.enqueue(mail("b@example.com"), NOW);
      return "on";
    });
    closers.push(...after.map((smtp) => () => smtp.close()));
    expect(first.messages).toHaveLength(1);
    expect(after.flatMap(({ messages }) => messages).map(({ envelope }) => envelope.to)).toEqual([["b@example.com"]]);
  });
});
