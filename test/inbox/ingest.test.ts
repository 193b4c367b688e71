import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IngestResult } from "../../src/inbox/ingest.js";
import type { InboxStore } from "../../src/store/store.js";
import { letterFrom, mail, NOW, token, wire } from "./mails.js";
import { openHarness } from "./harness.js";
import type { Harness } from "./harness.js";

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

function die(): never {
  throw new Error("killed");
}

const stateOf = async (id: number) => (await harness.store.subscribers.byId(id))?.state;

describe("a maildir", () => {
  it("is read once: handled mails are marked as seen", async () => {
    const id = await harness.add("wanda.quill@example.net");
    harness.deliver(mail("postfix-unknown-user", { reader: id }), letterFrom("odo.ferrel@example.com", "Hello"));
    expect(await harness.read()).toEqual({ arrived: 2, outcomes: { "hard bounce": 1, "ignored: no command": 1 } });
    expect(await stateOf(id)).toBe("bounced");
    expect([harness.names("new"), harness.names("cur")]).toEqual([[], ["000001.host:2,S", "000002.host:2,S"]]);
    expect(await harness.read()).toEqual({ arrived: 0, outcomes: {} });
  });

  it("is read when a mail program has moved its mails to cur, and keeps their flags", async () => {
    harness.deliver(letterFrom("odo.ferrel@example.com", "One"), letterFrom("odo.ferrel@example.com", "Two"));
    const [one = "", two = ""] = harness.names("new");
    renameSync(path.join(harness.maildir, "new", one), path.join(harness.maildir, "cur", `${one}:2,`));
    renameSync(path.join(harness.maildir, "new", two), path.join(harness.maildir, "cur", `${two}:2,F`));
    expect((await harness.read()).arrived).toBe(2);
    expect(harness.names("cur")).toEqual([`${one}:2,S`, `${two}:2,FS`]);
  });

  it("moves handled mails to another maildir", async () => {
    const done = path.join(harness.maildir, ".Done");
    harness.deliver(letterFrom("odo.ferrel@example.com", "One"));
    await harness.read({ done });
    expect([harness.names("new"), harness.names("cur")]).toEqual([[], []]);
    expect(readdirSync(path.join(done, "cur"))).toEqual(["000001.host:2,S"]);
  });

  it("is read completely before the error when its mails cannot be moved", async () => {
    const done = path.join(harness.maildir, "cur", "a file");
    writeFileSync(done, "");
    harness.deliver(
      ...Array.from({ length: 30 }, (_, at) => letterFrom("odo.ferrel@example.com", "Hello", { text: `${at}` })),
    );
    for (const settled of [30, undefined]) {
      const tally: IngestResult = { arrived: 0, outcomes: {} };
      await expect(harness.read({ done, tally })).rejects.toMatchObject({ code: "io-failed" });
      expect(tally.outcomes["ignored: no command"]).toBe(settled);
    }
  });

  it("skips links, folders and hidden files", async () => {
    symlinkSync("/etc/hostname", path.join(harness.maildir, "new", "link"));
    mkdirSync(path.join(harness.maildir, "new", "folder"));
    expect((await harness.read()).arrived).toBe(0);
  });

  it("is a configuration error without the folder new", async () => {
    renameSync(path.join(harness.maildir, "new"), path.join(harness.maildir, "old"));
    await expect(harness.read()).rejects.toMatchObject({ code: "config-invalid" });
  });
});

/** Reports that a stranger can forge from a forwarded letter: they hold its unsubscribe token, and no return path. */
const withoutReturnPath = (raw: Buffer) =>
  wire(raw.toString().replaceAll(/b\+[\w-]+@bounces\.example\.org/g, "x@example.com"));

const bounce = (id: number) => mail("gmail-unknown-user", { reader: id });
const complaint = (id: number) => mail("arf-abuse", { reader: id });

describe("a reader whose subscription has ended", () => {
  const READER = "wanda.quill@example.net";
  it.each([
    ["by a bounce", bounce, "bounced"],
    ["by a bounce that is forged from a forwarded letter", (id: number) => withoutReturnPath(bounce(id)), "bounced"],
    ["by a complaint", complaint, "gone"],
    ["by a complaint that is forged from a forwarded letter", (id: number) => withoutReturnPath(complaint(id)), "gone"],
    ["by a mail", (id: number) => letterFrom(READER, `unsubscribe ${token("unsubscribe", id)}`), "gone"],
    ["and whose data was erased", null, null],
  ] as const)("%s comes back by a new subscription, and gets letters", async (_what, end, state) => {
    const id = await harness.add(READER);
    if (end === null) await harness.store.subscribers.erase(READER, NOW);
    else harness.deliver(end(id));
    await harness.read();
    expect((await stateOf(id)) ?? null).toBe(state);

    harness.deliver(letterFrom(READER, "subscribe"));
    await harness.read();
    const [request] = await harness.replies();
    const [, confirmation = ""] = /subscribe ([\w-]{23,34})/.exec(request?.subject ?? "") ?? [];
    harness.deliver(letterFrom(READER, `Re: subscribe ${confirmation}`));
    await harness.read();
    expect(await harness.store.subscribers.find(READER)).toMatchObject({ state: "active" });
    expect(await harness.store.subscribers.isSuppressed(READER)).toBe(false);
  });
});

describe("an interrupted call", () => {
  type Step = "keep" | "kept" | "pending" | "settle" | "settled";

  /** An inbox that throws before (or, in the past tense, after) a step, like a process that is killed there. */
  const dying = (step: Step): InboxStore => {
    const { inbox } = harness.store;
    return {
      ...inbox,
      keep: async (mails, now) => {
        if (step === "keep") die();
        const kept = await inbox.keep(mails, now);
        return step === "kept" ? die() : kept;
      },
      pending: async (limit) => {
        const waiting = await inbox.pending(limit);
        return step === "pending" && waiting.length > 0 ? die() : waiting;
      },
      settle: async (settlements, now) => {
        if (step === "settle") die();
        const ended = await inbox.settle(settlements, now);
        return step === "settled" ? die() : ended;
      },
    };
  };

  it.each(["keep", "kept", "pending", "settle", "settled"] as const)(
    "at %s is continued by the next one, without losing or repeating anything",
    async (step) => {
      const bounced = await harness.add("wanda.quill@example.net");
      const soft = await harness.add("odo.ferrel@example.com");
      harness.deliver(
        mail("postfix-unknown-user", { reader: bounced }),
        mail("postfix-delayed", { reader: soft }),
        letterFrom("odo.ferrel@example.com", "weekly"),
        letterFrom("new@example.com", "subscribe"),
      );
      await expect(harness.read({ store: { ...harness.store, inbox: dying(step) } })).rejects.toThrow("killed");
      await harness.read();
      expect(await harness.store.inbox.counts()).toEqual({
        "hard bounce": 1,
        "report: progress": 1,
        "asked to change": 1,
        "asked to join": 1,
      });
      expect(await stateOf(bounced)).toBe("bounced");
      expect((await harness.replies()).map(({ to }) => to)).toEqual(["odo.ferrel@example.com", "new@example.com"]);
      expect([harness.names("new").length, harness.names("cur").length]).toEqual([0, 4]);
    },
  );

  it("that moved some mails of a batch continues with the others", async () => {
    harness.deliver(letterFrom("a@example.com", "stop"), letterFrom("b@example.com", "stop"));
    const [first = ""] = harness.names("new");
    await harness.read();
    renameSync(path.join(harness.maildir, "cur", `${first}:2,S`), path.join(harness.maildir, "new", first));
    expect(await harness.read()).toEqual({ arrived: 1, outcomes: {} });
    expect((await harness.replies()).length).toBe(2);
  });
});

describe("like and unlike", () => {
  it("change the papers that a reader likes once the reader confirms by a reply", async () => {
    const from = "odo.ferrel@example.com";
    await harness.add(from);
    const liked = async () => (await harness.store.subscribers.find(from))?.view.interests;
    harness.deliver(letterFrom(from, "like 2603.14473"));
    await harness.read();
    expect(await liked()).toBeUndefined();
    const [request] = await harness.replies();
    expect(request?.text).toContain("The paper 2603.14473 is added to those that you like.");
    harness.deliver(letterFrom(from, `Re: ${request?.subject ?? ""}`));
    await harness.read();
    expect(await liked()).toEqual(["2603.14473"]);
    harness.deliver(letterFrom(from, `Re: ${(request?.subject ?? "").replace(" like ", " unlike ")}`));
    await harness.read();
    expect(await liked()).toBeUndefined();
  });
});

describe("a flood", () => {
  it("of 1,000 bounces ends 1,000 subscriptions, in batches of bounded memory", async () => {
    const count = 1000;
    const batch = Array.from({ length: count }, (_, at) => `reader${at}@example.com`);
    for (const address of batch.slice(0, 1)) await harness.add(address);
    const { view } = (await harness.store.subscribers.byId(1)) ?? { view: null };
    if (view === null) throw new Error("no subscriber");
    const rest = batch.slice(1).map((address) => {
      return { address, state: "active", frequency: "daily", view, origin: "operator" } as const;
    });
    await harness.store.subscribers.add(rest, { now: NOW });
    harness.deliver(...batch.map((_, at) => mail("postfix-unknown-user", { reader: at + 1 })));
    const started = performance.now();
    let most = 0;
    let held = 0;
    const watched: InboxStore = {
      ...harness.store.inbox,
      keep: (mails, now) => {
        held = Math.max(held, mails.length);
        most = Math.max(most, process.memoryUsage().rss);
        return harness.store.inbox.keep(mails, now);
      },
    };
    const before = process.memoryUsage().rss;
    const taken = await harness.read({ store: { ...harness.store, inbox: watched } });
    const seconds = (performance.now() - started) / 1000;
    process.stderr.write(
      `1,000 bounces: ${seconds.toFixed(1)} s, at most ${Math.round((most - before) / 1e6)} MB more than before\n`,
    );
    expect(taken).toEqual({ arrived: count, outcomes: { "hard bounce": count } });
    expect(await harness.store.subscribers.count()).toMatchObject({ bounced: count, active: 0 });
    expect(held).toBeLessThanOrEqual(25);
  });

  it("of commands in one person's name gets three replies per day", async () => {
    harness.deliver(
      ...Array.from({ length: 200 }, (_, at) => letterFrom("odo.ferrel@example.com", "stop", { text: `${at}` })),
    );
    expect(await harness.read()).toEqual({
      arrived: 200,
      outcomes: { "asked, unknown": 3, "asked, unknown, not answered": 197 },
    });
    expect(await harness.replies()).toHaveLength(3);
  });

  it("of a command finds the reader by any spelling of the address", async () => {
    const id = await harness.add("ann\u00E9@xn--bcher-kva.example");
    harness.deliver(
      letterFrom("Anne\u0301@b\u00FCcher.example", "stop"),
      letterFrom("ann\u00E9@xn--bcher-kva.example", "stop"),
    );
    expect((await harness.read()).outcomes).toEqual({ "asked to change": 2 });
    expect(await stateOf(id)).toBe("active");
  });

  it("of commands in many names gets a hundred replies per hour", async () => {
    harness.deliver(...Array.from({ length: 120 }, (_, at) => letterFrom(`p${at}@example.com`, "subscribe")));
    await harness.read();
    expect(await harness.replies()).toHaveLength(100);
  });

  it("of unsubscribe mails changes the subscription once", async () => {
    const id = await harness.add("odo.ferrel@example.com");
    const subject = `unsubscribe ${token("unsubscribe", id)}`;
    harness.deliver(...["a", "b", "c"].map((text) => letterFrom("odo.ferrel@example.com", subject, { text })));
    expect((await harness.read()).outcomes).toEqual({ left: 3 });
    expect(await stateOf(id)).toBe("gone");
    expect(await harness.replies()).toEqual([]);
  });
});
