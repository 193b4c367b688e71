import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { PaperboyError } from "../../../src/core/errors.js";
import type { PushTarget } from "../../../src/send/webhook/target.js";
import type { Reaction } from "../../support/receiver.js";
import { HOUR, later, NOW } from "../../contract/store/fixtures.js";
import { EDITION, openHarness, TOKEN } from "./harness.js";
import type { Harness } from "./harness.js";

const KINDS = ["webhook", "slack", "telegram"] as const;
const MINUTE = 60_000;

let harness: Harness;
afterEach(() => harness.close());

/** Opens a harness with one queued push for `team`. */
async function planned(react?: (turn: number) => Reaction): Promise<Harness> {
  harness = await openHarness(react);
  await harness.plan("team");
  return harness;
}

const misspelt = () => Promise.reject(new PaperboyError("config-invalid", { message: "template x: wrong" }));

const state = async () => (await harness.rows()).map(({ state, attempts }) => [state, attempts]);

describe("a push", () => {
  it.each(KINDS)("to %s arrives once, and is not repeated", async (kind) => {
    await planned();
    const [pushed] = await harness.drain(harness.target(kind));
    expect(pushed).toEqual({ editionId: EDITION, target: "team", state: "sent", detail: "HTTP 200: ok" });
    await harness.plan("team");
    expect(await harness.drain(harness.target(kind))).toEqual([]);
    expect(harness.receiver.bodies()).toEqual([{ hello: "papers" }]);
    expect(harness.receiver.received[0]).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "paperboy-test" },
    });
  });

  it("to Telegram is posted to the URL of the bot", async () => {
    await planned();
    await harness.drain(harness.target("telegram"));
    expect(harness.receiver.received[0]?.path).toBe(`/bot${TOKEN}/sendMessage`);
  });

  it("to a webhook is signed over id, time and body, and has the same key on every attempt", async () => {
    await planned((turn) => ({ status: turn === 0 ? 503 : 200 }));
    await harness.drain(harness.target("webhook"), { maxWaitMs: MINUTE });
    const [first, second] = harness.receiver.received;
    const id = first?.headers["idempotency-key"] ?? "";
    expect(id).toMatch(/^paperboy_[\w-]{32}$/);
    expect(second?.headers).toMatchObject({ "idempotency-key": id, "webhook-id": id });
    const at = String(Number(later(15_000)) / 1000);
    const signed = createHmac("sha256", "a secret of some length").update(`${String(id)}.${at}.${second?.body ?? ""}`);
    expect(second?.headers).toMatchObject({
      "webhook-timestamp": at,
      "webhook-signature": `v1,${signed.digest("base64")}`,
    });
  });

  it("to a webhook without a secret is not signed", async () => {
    await planned();
    const target = harness.target("webhook") as Extract<PushTarget, { kind: "webhook" }>;
    await harness.drain({ kind: "webhook", url: target.url });
    expect(harness.receiver.received[0]?.headers).not.toHaveProperty("webhook-signature");
  });

  it("of an edition without matching papers is skipped", async () => {
    await planned();
    await harness.drain(harness.target("slack"), { payload: () => Promise.resolve(null) });
    expect(await harness.rows()).toMatchObject([{ state: "skipped", detail: "no paper matches its view" }]);
    expect(harness.receiver.received).toEqual([]);
  });

  it("with a wrong template is refused, and does not block others", async () => {
    await planned();
    await harness.drain(harness.target("slack"), { payload: misspelt });
    expect(await harness.rows()).toMatchObject([{ state: "refused", detail: "template x: wrong" }]);
  });
});

describe("a response", () => {
  it.each([
    ["webhook", 204, "sent"],
    ["slack", 400, "refused"],
    ["telegram", 403, "refused"],
    ["webhook", 410, "refused"],
    ["slack", 408, "deferred"],
    ["telegram", 429, "deferred"],
    ["slack", 500, "deferred"],
    ["telegram", 503, "deferred"],
    ["slack", 502, "uncertain"],
    ["telegram", 504, "uncertain"],
    ["webhook", 504, "deferred"],
  ] as const)("by %s with %i leaves it %s", async (kind, status, expected) => {
    await planned(() => ({ status }));
    await harness.drain(harness.target(kind));
    expect(await state()).toEqual([[expected, 1]]);
  });

  it("that redirects is not followed", async () => {
    await planned(() => ({ status: 307, headers: { location: "/elsewhere" } }));
    await harness.drain(harness.target("webhook"));
    expect(harness.receiver.received).toHaveLength(1);
    expect(await harness.rows()).toMatchObject([{ state: "refused", detail: "HTTP 307: redirects are not followed" }]);
  });

  it.each([
    ["a number of seconds", { status: 429, headers: { "retry-after": "600" } }, 600_000],
    ["a date", { status: 503, headers: { "retry-after": later(20 * MINUTE).toUTCString() } }, 20 * MINUTE],
    ["Telegram's own field", { status: 429, body: '{"ok":false,"parameters":{"retry_after":77}}' }, 77_000],
    ["less than we would wait anyway", { status: 429, headers: { "retry-after": "1" } }, 15_000],
    ["nonsense", { status: 429, headers: { "retry-after": "soon" } }, 15_000],
    ["longer than anybody waits", { status: 429, headers: { "retry-after": "999999999" } }, 7 * 24 * HOUR],
  ])("that asks to wait, by %s, delays the next attempt", async (_, reaction, ms) => {
    await planned(() => reaction);
    await harness.drain(harness.target("telegram"));
    expect(await harness.rows()).toMatchObject([{ state: "deferred", nextAt: later(ms) }]);
    await harness.drain(harness.target("telegram"));
    expect(harness.receiver.received).toHaveLength(1);
  });

  it("is reported on one line without secrets", async () => {
    await planned(() => ({ status: 404, body: `no\n"${TOKEN}" nor T0SECRET ${"x".repeat(20_000)}` }));
    await harness.drain(harness.target("telegram"));
    const [row] = await harness.rows();
    expect(row?.detail).toMatch(/^HTTP 404: no "\*\*\*" nor T0SECRET x+$/);
    expect(row?.detail?.length).toBeLessThan(300);
  });

  it("that never ends is cut off", async () => {
    let written = 0;
    await planned(() => (response) => {
      response.writeHead(200);
      const more = () => {
        do written += 10_000;
        while (response.write("x".repeat(10_000)));
      };
      response.on("drain", more);
      more();
    });
    await harness.drain(harness.target("slack"));
    expect(await state()).toEqual([["sent", 1]]);
    // What fills the buffers in between, and no more.
    expect(written).toBeLessThan(20_000_000);
  });

  it("that breaks off after the status counts by its status", async () => {
    await planned(() => (response) => void response.writeHead(200).write("o"));
    await harness.drain(harness.target("slack"), { responseMs: 200 });
    expect(await state()).toEqual([["sent", 1]]);
  });
});

describe("without a response", () => {
  it.each([
    ["slack", "drop", "uncertain"],
    ["telegram", "silence", "uncertain"],
    ["webhook", "drop", "deferred"],
    ["webhook", "silence", "deferred"],
  ] as const)("%s (%s) leaves it %s", async (kind, reaction, expected) => {
    await planned(() => reaction);
    await harness.drain(harness.target(kind), { responseMs: 200 });
    expect(await harness.rows()).toMatchObject([
      { state: expected, detail: expect.stringMatching(/^no response: /) as string },
    ]);
    harness.pass(HOUR);
    await harness.drain(harness.target(kind), { responseMs: 200 });
    expect(harness.receiver.received).toHaveLength(expected === "uncertain" ? 1 : 2);
  });

  it.each(KINDS)("and without a connection, a push to %s is deferred and tried again", async (kind) => {
    await planned();
    await harness.receiver.close();
    await harness.drain(harness.target(kind));
    const [row] = await harness.rows();
    expect(row).toMatchObject({ state: "deferred", detail: expect.stringContaining("ECONNREFUSED") as string });
    harness.receiver.close = () => Promise.resolve();
  });
});

describe("a deferred push", () => {
  it("is retried in the same run while the wait is short, each time later", async () => {
    await planned((turn) => ({ status: turn < 2 ? 500 : 200 }));
    expect(await harness.drain(harness.target("slack"), { maxWaitMs: 90_000 })).toMatchObject([{ state: "sent" }]);
    expect(harness.slept).toEqual([15_000, 60_000]);
  });

  it("is left to a later run when the wait is long", async () => {
    await planned(() => ({ status: 500 }));
    expect(await harness.drain(harness.target("slack"), { maxWaitMs: 90_000 })).toMatchObject([{ state: "deferred" }]);
    expect(harness.slept).toEqual([15_000, 60_000]);
    expect(await harness.rows()).toMatchObject([{ attempts: 3, nextAt: later(75_000 + 5 * MINUTE) }]);
  });

  it("does not wait forever under a clock that does not advance", async () => {
    await planned(() => ({ status: 500 }));
    await harness.drain(harness.target("slack"), { maxWaitMs: 90_000, clock: () => NOW });
    expect(harness.receiver.received).toHaveLength(1);
  });

  it("expires at the edition's deadline", async () => {
    harness = await openHarness(() => ({ status: 500 }));
    await harness.plan("team", later(HOUR));
    await harness.drain(harness.target("slack"));
    harness.pass(HOUR);
    await harness.drain(harness.target("slack"));
    expect(harness.receiver.received).toHaveLength(1);
    expect(await state()).toEqual([["expired", 1]]);
  });
});

describe("two concurrent senders", () => {
  it.each(KINDS)("push an edition to %s once", async (kind) => {
    await planned();
    const other = await harness.reopen();
    const both = await Promise.all([
      harness.drain(harness.target(kind)),
      harness.drain(harness.target(kind), { pushes: other.pushes }),
    ]);
    expect(both.flat()).toHaveLength(1);
    expect(harness.receiver.received).toHaveLength(1);
    await other.close();
  });

  it("send nothing twice when one is late at the gate", async () => {
    await planned();
    const slow = await harness.store.pushes.claim({ targets: ["team"], now: NOW, leaseMs: -1 });
    await harness.drain(harness.target("slack"));
    expect(harness.receiver.received).toHaveLength(1);
    const pushes = { ...harness.store.pushes, claim: takeOnce(slow) };
    expect(await harness.drain(harness.target("slack"), { pushes })).toEqual([]);
    expect(harness.receiver.received).toHaveLength(1);
  });
});

/** A claim that is handed out once. */
function takeOnce<T>(value: T): () => Promise<T | null> {
  let left: T | null = value;
  return () => {
    const taken = left;
    left = null;
    return Promise.resolve(taken);
  };
}
