import { mkdtemp, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTransport } from "../../../src/send/open.js";
import { outboxTransport } from "../../../src/send/outbox/transport.js";
import { drainSetup, readers } from "../worker/draining.js";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "paperboy-outbox-connection-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("outboxTransport", () => {
  it("writes one file per reader, records its path in the ledger, and uses no gate", async () => {
    const { run, states, rows, calls } = drainSetup(0, { addresses: readers(7) });
    await run({ transport: outboxTransport(folder) });
    expect(states()).toEqual({ sent: 7 });
    expect(rows[0]?.detail).toBe(path.join(folder, "day-2026-03-09--reader1@d1.example.com.eml"));
    expect((await readdir(folder)).filter((name) => name.endsWith(".eml"))).toHaveLength(7);
    expect(calls.some(([name]) => name === "gate")).toBe(false);
  });

  it("after a crash counts an existing file as sent, and leaves it unchanged", async () => {
    const first = drainSetup(0, { addresses: readers(2) });
    await first.run({ transport: outboxTransport(folder) });
    const file = first.rows[0]?.detail ?? "";
    const bytes = await readFile(file);
    const long = new Date("2001-01-01T00:00:00Z");
    await utimes(file, long, long);
    // The run died between writing the file and recording it, so the claim returned to pending.
    const { run, rows, states } = drainSetup(0, { addresses: readers(2) });
    rows.forEach((row) => (row.attempts = 1));
    await run({ transport: outboxTransport(folder) });
    expect(states()).toEqual({ sent: 2 });
    expect([(await stat(file)).mtime, await readFile(file)]).toEqual([long, bytes]);
  });

  it("overwrites a file of an older installation on the first attempt", async () => {
    const { run, rows } = drainSetup(0, { addresses: readers(1) });
    await run({ transport: outboxTransport(folder) });
    const file = rows[0]?.detail ?? "";
    const long = new Date("2001-01-01T00:00:00Z");
    await utimes(file, long, long);
    await drainSetup(0, { addresses: readers(1) }).run({ transport: outboxTransport(folder) });
    expect((await stat(file)).mtime).not.toEqual(long);
  });

  it("leaves a delivery pending, never uncertain, after a crash while writing", async () => {
    const { run, takeOver, states, ledger } = drainSetup(0, { addresses: readers(3) });
    const died = new Error("died");
    const dying = { ...ledger, settle: () => Promise.reject(died) };
    await expect(run({ transport: outboxTransport(folder), ledger: dying })).rejects.toBe(died);
    takeOver();
    expect(states()).toEqual({ pending: 3 });
  });
});

it("openTransport selects the configured transport without opening it", async () => {
  expect(await openTransport({ smtp: null, outbox: folder })).toMatchObject({ channel: "outbox", name: folder });
  expect(await openTransport({ smtp: "smtps://me:secret@mail.example.org", outbox: folder })).toMatchObject({
    channel: "smtp",
    name: "mail.example.org:465",
  });
  await expect(openTransport({ smtp: "http://x", outbox: folder })).rejects.toMatchObject({ code: "config-invalid" });
});
