import { describe, expect, it } from "vitest";
import type { SmtpOptions } from "../../support/smtp.js";
import { closeServersAfterEach, drainSetup, NOW, readers, scriptedServer, sink } from "./draining.js";

closeServersAfterEach();

const HOUR = 3_600_000;
const later = (hours: number) => ({ clock: () => new Date(NOW.getTime() + hours * HOUR) });

/** Starts a server that refuses with the reply of the moment, and counts what it was offered. */
async function moody(at: "refuse" | "onData" = "onData") {
  const mood: { reply: { readonly code: number; readonly message: string } | null; offered: number } = {
    reply: { code: 550, message: "5.7.1 on a block list" },
    offered: 0,
  };
  const answer = () => {
    mood.offered += 1;
    return mood.reply;
  };
  const server = await sink({ [at]: answer } satisfies Partial<SmtpOptions>);
  const offered = (): number => {
    const { offered } = mood;
    mood.offered = 0;
    return offered;
  };
  return { server, mood, offered };
}

describe("a tripped breaker", () => {
  it.each([
    ["550 5.7.1", "5.7.1 on a block list", 5],
    ["552", "message refused", 15],
    ["554 5.6.0", "5.6.0 not this content", 15],
  ])("at %s holds later runs, which try one message each until one is accepted", async (code, message, first) => {
    const { server, mood, offered } = await moody();
    mood.reply = { code: Number(code.slice(0, 3)), message };
    const { run, states } = drainSetup(server.port, { addresses: readers(60) });
    expect((await run()).stopped).toMatchObject({ kind: "policy", message: expect.stringContaining(message) });
    expect(offered()).toBe(first);
    for (const hours of [1, 2, 3]) {
      const { stopped } = await run(later(hours));
      expect(offered()).toBe(1);
      expect(stopped).toMatchObject({
        kind: "policy",
        message: expect.stringContaining("letters have been held since 2026-03-10 06:00 UTC, and each run tries one: "),
      });
    }
    // A problem of the sender refuses no reader.
    expect((states()["deferred"] ?? 0) + (states()["pending"] ?? 0)).toBe(60);
    mood.reply = null;
    expect((await run(later(12))).stopped).toBeNull();
    expect(states()).toEqual({ sent: 60 });
  });

  it("is not released by a reader whose mailbox does not exist", async () => {
    const { server, mood, offered } = await moody();
    const { run, rows } = drainSetup(server.port, { addresses: readers(20) });
    await run();
    offered();
    mood.reply = { code: 550, message: "5.1.1 no such user" };
    expect((await run(later(1))).stopped).toMatchObject({ kind: "policy" });
    expect([offered(), rows.filter(({ suppressed }) => suppressed).length]).toEqual([1, 1]);
  });

  it("is forgotten after four days without a refusal", async () => {
    const { server, offered } = await moody();
    const { run } = drainSetup(server.port, { addresses: readers(20), sendBefore: new Date("2026-04-10T00:00:00Z") });
    await run();
    offered();
    await run(later(4 * 24));
    expect(offered()).toBe(5);
  });

  it("lets workers try one message together, not one each", async () => {
    const { server, offered } = await moody();
    const { run } = drainSetup(server.port, { addresses: readers(40) });
    await run();
    offered();
    const stops = [];
    for (const minutes of [1, 2, 16, 17]) {
      const wall = () => NOW.getTime() + minutes * 60_000;
      stops.push((await run({ probeEveryMs: 15 * 60_000, wall })).stopped?.kind);
    }
    expect([stops, offered()]).toEqual([Array.from({ length: 4 }, () => "policy"), 1]);
  });

  it("for many refusals stops again at the next one", async () => {
    let dead = true;
    const server = await sink({
      refuse: (to) =>
        dead && Number(/\d+/.exec(to)?.[0]) % 3 === 0 ? { code: 550, message: "5.1.1 no such user" } : null,
    });
    const { run, states } = drainSetup(server.port, { addresses: readers(400) });
    expect((await run()).stopped).toMatchObject({ kind: "refusals" });
    const refused = states()["refused"] ?? 0;
    expect((await run()).stopped).toMatchObject({ kind: "refusals" });
    expect(states()["refused"]).toBeLessThanOrEqual(refused + 3);
    dead = false;
    while ((await run()).stopped !== null);
    expect(states()["pending"]).toBeUndefined();
  });

  it.each([
    ["a limit", { DATA: "550 5.4.5 Daily user sending limit exceeded" }, "limit"],
    ["a size", { MAIL: "552 5.3.4 message size exceeds the limit" }, "size"],
    ["a rejected sender", { MAIL: "550 5.7.1 sender not allowed" }, "account"],
  ] as const)("%s costs later runs one message each", async (_, script, kind) => {
    const server = await scriptedServer(script);
    const { run, states } = drainSetup(server.port, { addresses: readers(30) });
    for (const hours of [0, 1, 2]) {
      expect((await run(later(hours))).stopped).toMatchObject({ kind });
      expect(server.commands.filter((command) => command.startsWith("MAIL"))).toHaveLength(hours + 1);
    }
    expect((states()["deferred"] ?? 0) + (states()["pending"] ?? 0)).toBe(30);
  });
});

describe("a provider that refuses", () => {
  const BLOCKED = { code: 550, message: "5.7.1 your IP is on our block list" };
  const CONTENT = { code: 554, message: "5.6.0 we do not like this content" };
  const addresses = readers(60).map((address, index) => (index % 5 === 0 ? `reader${index}@blocked.example` : address));

  it.each([
    ["by policy", BLOCKED],
    ["for the content", CONTENT],
  ])("%s is held alone: the others get their letters, and each run tries one of its readers", async (_, refusal) => {
    let refuses = true;
    const asked: string[] = [];
    const server = await sink({
      refuse: (to) => {
        if (to.endsWith("@blocked.example")) asked.push(to);
        return refuses && to.endsWith("@blocked.example") ? refusal : null;
      },
    });
    const { run, states, rows } = drainSetup(server.port, { addresses });
    const { stopped } = await run();
    expect(stopped).toMatchObject({
      kind: "policy",
      message: `blocked.example refuses mail from this sender: ${refusal.code} ${refusal.message}`,
      hint: expect.stringContaining("paperboy doctor --only dns"),
    });
    expect(states()["sent"]).toBe(48);
    expect(asked.length).toBeLessThanOrEqual(3 + 4);
    for (const hours of [1, 2, 3]) {
      const before = asked.length;
      const held = await run(later(hours));
      expect(asked.length - before).toBe(1);
      expect(held.stopped?.message).toContain("letters to blocked.example have been held since");
    }
    expect((states()["deferred"] ?? 0) + (states()["pending"] ?? 0)).toBe(12);
    expect(rows.some(({ suppressed }) => suppressed)).toBe(false);
    refuses = false;
    expect((await run(later(12))).stopped).toBeNull();
    expect(states()).toEqual({ sent: 60 });
  });

  it("is not held for single readers, or for mailboxes that do not exist", async () => {
    const server = await sink({
      refuse: (to) => (/^reader(?:5|10)@/.test(to) ? BLOCKED : to.endsWith("0@blocked.example") ? DEAD : null),
    });
    const DEAD = { code: 550, message: "5.1.1 no such user" };
    const { run, states } = drainSetup(server.port, { addresses });
    expect((await run()).stopped).toBeNull();
    expect(states()).toEqual({ sent: 51, deferred: 4, refused: 5 });
  });
});
