import { describe, expect, it } from "vitest";
import { closeServersAfterEach, drainSetup, NOW, readers, scriptedServer, sink } from "./draining.js";

closeServersAfterEach();

const MINUTE = 60_000;

describe("drain", () => {
  it("sends one message to each reader over several connections, and records the server's replies", async () => {
    const server = await sink();
    const { run, states, rows } = drainSetup(server.port, { addresses: readers(40) });
    expect(await run()).toEqual({
      attempts: { sent: 40, deferred: 0, refused: 0, uncertain: 0, pending: 0 },
      stopped: null,
    });
    expect(states()).toEqual({ sent: 40 });
    expect(server.messages.flatMap(({ envelope }) => envelope.to).toSorted()).toEqual(readers(40).toSorted());
    expect(rows[0]?.detail).toMatch(/^250 /);
    expect(server.connections()).toBe(5);
  });

  it("opens at most 20 connections", async () => {
    const server = await sink();
    const { run } = drainSetup(server.port, { addresses: readers(60) });
    await run({ limits: { connections: 100 } });
    expect(server.messages).toHaveLength(60);
    expect(server.connections()).toBeLessThanOrEqual(20);
  });

  it("commits gates and results of several connections together", async () => {
    const server = await sink();
    const { run, calls } = drainSetup(server.port, { addresses: readers(100) });
    await run({ limits: { groupMs: 5 } });
    const commits = (name: string) => calls.filter(([call]) => call === name);
    expect(commits("gate").reduce((sum, [, count]) => sum + count, 0)).toBe(100);
    expect(commits("gate").length).toBeLessThan(100);
    expect(commits("settle").length).toBeLessThan(100);
    expect(Math.max(...commits("claim").map(([, count]) => count))).toBe(80);
  });

  it("dates all messages of an edition with its preparation", async () => {
    const server = await sink();
    const { run } = drainSetup(server.port, { addresses: readers(2) });
    await run({ clock: () => new Date("2026-03-11T12:00:00Z") });
    const dates = server.messages.map(({ raw }) => /^Date: (.*)$/m.exec(raw)?.[1]?.trim());
    expect(dates).toEqual(["Tue, 10 Mar 2026 06:00:00 +0000", "Tue, 10 Mar 2026 06:00:00 +0000"]);
  });

  it("opens no connection when nothing is claimable", async () => {
    const server = await sink();
    const { run, calls } = drainSetup(server.port, { addresses: [] });
    expect((await run()).stopped).toBeNull();
    expect([server.connections(), calls.length]).toEqual([0, 1]);
  });
});

describe("a deferral", () => {
  it.each([
    [1, 5],
    [2, 30],
    [3, 120],
    [4, 360],
    [5, 360],
  ])("after attempt %i lasts %i minutes", async (attempt, minutes) => {
    const server = await sink({ refuse: () => ({ code: 451, message: "4.7.1 greylisted" }) });
    const { run, rows } = drainSetup(server.port);
    rows.forEach((row) => (row.attempts = attempt - 1));
    await run();
    expect(rows[0]).toMatchObject({ state: "deferred", nextAt: new Date(NOW.getTime() + minutes * MINUTE) });
  });

  it("is jittered, and ends by the edition's deadline", async () => {
    const server = await sink({ refuse: () => ({ code: 451, message: "4.7.1 greylisted" }) });
    const sendBefore = new Date(NOW.getTime() + 2 * MINUTE);
    const { run, rows } = drainSetup(server.port, { sendBefore });
    await run();
    expect(rows[0]?.nextAt).toEqual(sendBefore);
    const jittered = drainSetup(server.port);
    await jittered.run({ random: () => 0.5 });
    expect(jittered.rows[0]?.nextAt).toEqual(new Date(NOW.getTime() + 5.5 * MINUTE));
  });

  it("is waited for with `wait`, also under a fixed clock", async () => {
    let tries = 0;
    const server = await sink({
      refuse: (address) => {
        tries += address.startsWith("reader1@") ? 1 : 0;
        return address.startsWith("reader1@") && tries < 3 ? { code: 450, message: "4.2.0 later" } : null;
      },
    });
    const { run, states, pauses } = drainSetup(server.port, { addresses: readers(3) });
    expect(await run({ wait: true })).toMatchObject({ attempts: { sent: 3, deferred: 2 }, stopped: null });
    expect(states()).toEqual({ sent: 3 });
    expect(pauses).toEqual([5 * MINUTE, 30 * MINUTE]);
  });

  it("becomes expired at the deadline", async () => {
    const server = await sink({ refuse: () => ({ code: 450, message: "4.2.0 later" }) });
    const { run, states } = drainSetup(server.port);
    expect((await run({ wait: true })).stopped).toBeNull();
    expect(states()).toEqual({ expired: 1 });
  });
});

describe("a limit", () => {
  it("per domain holds back that domain while others continue", async () => {
    let most = 0;
    const busy = new Set<string>();
    const server = await sink({
      refuse: (address) => {
        busy.add(address);
        most = Math.max(most, [...busy].filter((reader) => reader.endsWith("@one.example")).length);
        return null;
      },
      onData: ({ envelope }) => {
        envelope.to.forEach((address) => busy.delete(address));
        return null;
      },
    });
    const addresses = [...readers(12, "one.example"), ...readers(12)];
    const { run, states } = drainSetup(server.port, { addresses });
    await run({ limits: { perDomain: 2 } });
    expect(states()).toEqual({ sent: 24 });
    expect(most).toBeLessThanOrEqual(2);
  });

  it("per hour holds across a restart", async () => {
    const server = await sink();
    const { run, states } = drainSetup(server.port, { addresses: readers(10) });
    const limits = { rate: { perHour: 6 } };
    expect(await run({ limits })).toMatchObject({
      attempts: { sent: 6 },
      stopped: { kind: "rate", needsOperator: false },
    });
    expect(await run({ limits })).toMatchObject({ attempts: { sent: 0 }, stopped: { kind: "rate" } });
    const later = NOW.getTime() + 62 * MINUTE;
    expect(await run({ limits, wall: () => later })).toMatchObject({ attempts: { sent: 4 }, stopped: null });
    expect(states()).toEqual({ sent: 10 });
  });

  it("per second is waited for", async () => {
    const server = await sink();
    let wall = NOW.getTime();
    const { run, states } = drainSetup(server.port, { addresses: readers(7) });
    const sleeps: number[] = [];
    await run({
      limits: { rate: { perSecond: 3 } },
      wall: () => wall,
      sleep: async (ms) => {
        sleeps.push(ms);
        wall += ms;
      },
    });
    expect(states()).toEqual({ sent: 7 });
    expect(sleeps.length).toBe(2);
  });
});

describe("a letter that cannot be composed", () => {
  it("stops the drain with its reason, and nothing is sent", async () => {
    const server = await scriptedServer({});
    const letter = { editionId: "day:2026-03-09", subject: "x", preheader: "", language: "en" };
    const { run } = drainSetup(server.port, { letter: { ...letter, html: "{link:unsubscribe}", text: "" } });
    await expect(run()).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringContaining("unsubscribe"),
    });
    expect(server.commands.filter((command) => command.startsWith("MAIL"))).toEqual([]);
  });
});
