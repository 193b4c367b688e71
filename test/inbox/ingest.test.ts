import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IngestResult } from "../../src/inbox/ingest.js";
import type { InboxStore } from "../../src/store/store.js";
import { letterFrom, mail, NOW, token, wire } from "./mails.js";
import { openRig } from "./rig.js";
import type { Rig } from "./rig.js";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

function die(): never {
  throw new Error("killed");
}

const stateOf = async (id: number) => (await rig.store.subscribers.byId(id))?.state;

describe("a maildir", () => {
  it("is read once: handled mails are marked as seen", async () => {
    const id = await rig.add("wanda.quill@example.net");
    rig.deliver(mail("postfix-unknown-user", { reader: id }), letterFrom("odo.ferrel@example.com", "Hello"));
    expect(await rig.read()).toEqual({ arrived: 2, outcomes: { "hard bounce": 1, "ignored: no command": 1 } });
    expect(await stateOf(id)).toBe("bounced");
    expect([rig.names("new"), rig.names("cur")]).toEqual([[], ["000001.host:2,S", "000002.host:2,S"]]);
    expect(await rig.read()).toEqual({ arrived: 0, outcomes: {} });
  });

  it("is read when a mail program has moved its mails to cur, and keeps their flags", async () => {
    rig.deliver(letterFrom("odo.ferrel@example.com", "One"), letterFrom("odo.ferrel@example.com", "Two"));
    const [one = "", two = ""] = rig.names("new");
    renameSync(path.join(rig.maildir, "new", one), path.join(rig.maildir, "cur", `${one}:2,`));
    renameSync(path.join(rig.maildir, "new", two), path.join(rig.maildir, "cur", `${two}:2,F`));
    expect((await rig.read()).arrived).toBe(2);
    expect(rig.names("cur")).toEqual([`${one}:2,S`, `${two}:2,FS`]);
  });

  it("moves handled mails to another maildir", async () => {
    const done = path.join(rig.maildir, ".Done");
    rig.deliver(letterFrom("odo.ferrel@example.com", "One"));
    await rig.read({ done });
    expect([rig.names("new"), rig.names("cur")]).toEqual([[], []]);
    expect(readdirSync(path.join(done, "cur"))).toEqual(["000001.host:2,S"]);
  });

  it("whose mails cannot be moved is read to its end, and then named", async () => {
    const done = path.join(rig.maildir, "cur", "a file");
    writeFileSync(done, "");
    rig.deliver(
      ...Array.from({ length: 30 }, (_, at) => letterFrom("odo.ferrel@example.com", "Hello", { text: `${at}` })),
    );
    for (const settled of [30, undefined]) {
      const tally: IngestResult = { arrived: 0, outcomes: {} };
      await expect(rig.read({ done, tally })).rejects.toMatchObject({ code: "io-failed" });
      expect(tally.outcomes["ignored: no command"]).toBe(settled);
    }
  });

  it("skips links, folders and hidden files", async () => {
    symlinkSync("/etc/hostname", path.join(rig.maildir, "new", "link"));
    mkdirSync(path.join(rig.maildir, "new", "folder"));
    expect((await rig.read()).arrived).toBe(0);
  });

  it("without the folder new is a configuration error", async () => {
    renameSync(path.join(rig.maildir, "new"), path.join(rig.maildir, "old"));
    await expect(rig.read()).rejects.toMatchObject({ code: "config-invalid" });
  });
});

/** Reports that a stranger can forge from a forwarded letter: they hold its unsubscribe token, and no return path. */
const withoutReturnPath = (raw: Buffer) =>
  wire(raw.toString().replaceAll(/b\+[\w-]+@bounces\.example\.org/g, "x@example.com"));

const bounce = (id: number) => mail("gmail-unknown-user", { reader: id });
const complaint = (id: number) => mail("arf-abuse", { reader: id });

describe("a reader whose subscription was ended", () => {
  const READER = "wanda.quill@example.net";
  it.each([
    ["by a bounce", bounce, "bounced"],
    ["by a bounce that is forged from a forwarded letter", (id: number) => withoutReturnPath(bounce(id)), "bounced"],
    ["by a complaint", complaint, "gone"],
    ["by a complaint that is forged from a forwarded letter", (id: number) => withoutReturnPath(complaint(id)), "gone"],
    ["by a mail", (id: number) => letterFrom(READER, `unsubscribe ${token("unsubscribe", id)}`), "gone"],
    ["and whose data was erased", null, null],
  ] as const)("%s comes back by a new subscription, and gets letters", async (_what, end, state) => {
    const id = await rig.add(READER);
    if (end === null) await rig.store.subscribers.erase(READER, NOW);
    else rig.deliver(end(id));
    await rig.read();
    expect((await stateOf(id)) ?? null).toBe(state);

    rig.deliver(letterFrom(READER, "subscribe"));
    await rig.read();
    const [request] = await rig.answers();
    const [, confirmation = ""] = /subscribe ([\w-]{23,34})/.exec(request?.subject ?? "") ?? [];
    rig.deliver(letterFrom(READER, `Re: subscribe ${confirmation}`));
    await rig.read();
    expect(await rig.store.subscribers.find(READER)).toMatchObject({ state: "active" });
    expect(await rig.store.subscribers.isSuppressed(READER)).toBe(false);
  });
});

describe("an interrupted call", () => {
  type Step = "keep" | "kept" | "pending" | "settle" | "settled";

  /** An inbox that throws before (or, in the past tense, after) a step, like a process that is killed there. */
  const dying = (step: Step): InboxStore => {
    const { inbox } = rig.store;
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
      const bounced = await rig.add("wanda.quill@example.net");
      const soft = await rig.add("odo.ferrel@example.com");
      rig.deliver(
        mail("postfix-unknown-user", { reader: bounced }),
        mail("postfix-delayed", { reader: soft }),
        letterFrom("odo.ferrel@example.com", "weekly"),
        letterFrom("new@example.com", "subscribe"),
      );
      await expect(rig.read({ store: { ...rig.store, inbox: dying(step) } })).rejects.toThrow("killed");
      await rig.read();
      expect(await rig.store.inbox.counts()).toEqual({
        "hard bounce": 1,
        "report: progress": 1,
        "asked to change": 1,
        "asked to join": 1,
      });
      expect(await stateOf(bounced)).toBe("bounced");
      expect((await rig.answers()).map(({ to }) => to)).toEqual(["odo.ferrel@example.com", "new@example.com"]);
      expect([rig.names("new").length, rig.names("cur").length]).toEqual([0, 4]);
    },
  );

  it("that moved some mails of a batch is continued with the others", async () => {
    rig.deliver(letterFrom("a@example.com", "stop"), letterFrom("b@example.com", "stop"));
    const [first = ""] = rig.names("new");
    await rig.read();
    renameSync(path.join(rig.maildir, "cur", `${first}:2,S`), path.join(rig.maildir, "new", first));
    expect(await rig.read()).toEqual({ arrived: 1, outcomes: {} });
    expect((await rig.answers()).length).toBe(2);
  });
});

describe("a flood", () => {
  it("of 5,000 bounces ends 5,000 subscriptions, in batches of bounded memory", async () => {
    const count = 5000;
    const batch = Array.from({ length: count }, (_, at) => `reader${at}@example.com`);
    for (const address of batch.slice(0, 1)) await rig.add(address);
    const { view } = (await rig.store.subscribers.byId(1)) ?? { view: null };
    if (view === null) throw new Error("no subscriber");
    const rest = batch.slice(1).map((address) => {
      return { address, state: "active", frequency: "daily", view, origin: "operator" } as const;
    });
    await rig.store.subscribers.add(rest, { now: NOW });
    rig.deliver(...batch.map((_, at) => mail("postfix-unknown-user", { reader: at + 1 })));
    const started = performance.now();
    let most = 0;
    let held = 0;
    const watched: InboxStore = {
      ...rig.store.inbox,
      keep: (mails, now) => {
        held = Math.max(held, mails.length);
        most = Math.max(most, process.memoryUsage().rss);
        return rig.store.inbox.keep(mails, now);
      },
    };
    const before = process.memoryUsage().rss;
    const taken = await rig.read({ store: { ...rig.store, inbox: watched } });
    const seconds = (performance.now() - started) / 1000;
    process.stderr.write(
      `5,000 bounces: ${seconds.toFixed(1)} s, at most ${Math.round((most - before) / 1e6)} MB more than before\n`,
    );
    expect(taken).toEqual({ arrived: count, outcomes: { "hard bounce": count } });
    expect(await rig.store.subscribers.count()).toMatchObject({ bounced: count, active: 0 });
    expect(held).toBeLessThanOrEqual(25);
  }, 120_000);

  it("of commands in one person's name gets three replies per day", async () => {
    rig.deliver(
      ...Array.from({ length: 200 }, (_, at) => letterFrom("odo.ferrel@example.com", "stop", { text: `${at}` })),
    );
    expect(await rig.read()).toEqual({
      arrived: 200,
      outcomes: { "asked, unknown": 3, "asked, unknown, not answered": 197 },
    });
    expect(await rig.answers()).toHaveLength(3);
  });

  it("of a command finds the reader by any spelling of the address", async () => {
    const id = await rig.add("ann\u00E9@xn--bcher-kva.example");
    rig.deliver(
      letterFrom("Anne\u0301@b\u00FCcher.example", "stop"),
      letterFrom("ann\u00E9@xn--bcher-kva.example", "stop"),
    );
    expect((await rig.read()).outcomes).toEqual({ "asked to change": 2 });
    expect(await stateOf(id)).toBe("active");
  });

  it("of commands in many names gets a hundred replies per hour", async () => {
    rig.deliver(...Array.from({ length: 120 }, (_, at) => letterFrom(`p${at}@example.com`, "subscribe")));
    await rig.read();
    expect(await rig.answers()).toHaveLength(100);
  });

  it("of unsubscribe mails changes the subscription once", async () => {
    const id = await rig.add("odo.ferrel@example.com");
    const subject = `unsubscribe ${token("unsubscribe", id)}`;
    rig.deliver(...["a", "b", "c"].map((text) => letterFrom("odo.ferrel@example.com", subject, { text })));
    expect((await rig.read()).outcomes).toEqual({ left: 3 });
    expect(await stateOf(id)).toBe("gone");
    expect(await rig.answers()).toEqual([]);
  });
});
