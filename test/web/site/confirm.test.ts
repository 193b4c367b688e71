import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BASE, openHarness, pathIn } from "./harness.js";
import type { Harness } from "./harness.js";

const HOUR_MS = 3_600_000;
let harness: Harness;
let path: string;

beforeEach(async () => {
  harness = await openHarness();
  await harness.fill(`${BASE}/`, `${BASE}/subscribe`, { email: "you@example.com" });
  const [mail] = await harness.mails();
  path = mail ? pathIn(mail) : "";
});
afterEach(() => harness.close());

const state = async () => (await harness.store.subscribers.find("you@example.com"))?.state ?? null;

describe("a confirmation link", () => {
  it.each(["GET", "HEAD", "OPTIONS"])("confirms nothing on %s", async (method) => {
    expect((await harness.request(method, path)).ok).toBe(true);
    expect(await state()).toBeNull();
  });

  it("works once", async () => {
    expect((await harness.post(path, {})).status).toBe(303);
    expect(await state()).toBe("active");
    const reader = await harness.store.subscribers.find("you@example.com");
    await harness.store.subscribers.change("you@example.com", { state: "gone" }, harness.now());
    expect(reader?.state).toBe("active");
    expect((await harness.post(path, {})).status).toBe(410);
    expect((await harness.get(path)).status).toBe(410);
    expect(await state()).toBe("gone");
  });

  it.each([
    [72 * HOUR_MS - 60_000, 303, "active"],
    [72 * HOUR_MS + 60_000, 410, null],
  ])("is valid for 72 hours: %i ms", async (ms, status, becomes) => {
    harness.pass(ms);
    expect((await harness.post(path, {})).status).toBe(status);
    expect(await state()).toBe(becomes);
  });

  it("is not interchangeable with other links", async () => {
    const token = path.slice(`${BASE}/c/`.length);
    for (const other of [harness.link("unsubscribe", 1), harness.link("preferences", 1)]) {
      expect((await harness.post(other.replace(/\/[up]\//, "/c/"), {})).status).toBe(404);
    }
    expect((await harness.get(`${BASE}/p/${token}`)).status).toBe(404);
    expect((await harness.post(`${BASE}/c/${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`, {})).status).toBe(
      404,
    );
    expect(await state()).toBeNull();
  });

  it("refuses a cross-site request", async () => {
    expect((await harness.post(path, {}, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect(await state()).toBeNull();
  });

  it("works after a key rotation until the old key is removed", async () => {
    const old = harness.keys.current.current;
    harness.keys.current = { current: Buffer.alloc(32, 9), previous: [old] };
    expect((await harness.get(path)).status).toBe(200);
    harness.keys.current = { current: Buffer.alloc(32, 9) };
    expect((await harness.post(path, {})).status).toBe(404);
    expect(await state()).toBeNull();
  });
});
