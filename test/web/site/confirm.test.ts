import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BASE, openRig, pathIn } from "./rig.js";
import type { Rig } from "./rig.js";

const HOUR_MS = 3_600_000;
let rig: Rig;
let path: string;

beforeEach(async () => {
  rig = await openRig();
  await rig.fill(`${BASE}/`, `${BASE}/subscribe`, { email: "you@example.com" });
  const [mail] = await rig.mails();
  path = mail ? pathIn(mail) : "";
});
afterEach(() => rig.close());

const state = async () => (await rig.store.subscribers.find("you@example.com"))?.state ?? null;

describe("a confirmation link", () => {
  it.each(["GET", "HEAD", "OPTIONS"])("confirms nothing on %s", async (method) => {
    expect((await rig.request(method, path)).ok).toBe(true);
    expect(await state()).toBeNull();
  });

  it("works once", async () => {
    expect((await rig.post(path, {})).status).toBe(303);
    expect(await state()).toBe("active");
    const reader = await rig.store.subscribers.find("you@example.com");
    await rig.store.subscribers.change("you@example.com", { state: "gone" }, rig.now());
    expect(reader?.state).toBe("active");
    expect((await rig.post(path, {})).status).toBe(410);
    expect((await rig.get(path)).status).toBe(410);
    expect(await state()).toBe("gone");
  });

  it.each([
    [72 * HOUR_MS - 60_000, 303, "active"],
    [72 * HOUR_MS + 60_000, 410, null],
  ])("is valid for 72 hours: %i ms", async (ms, status, becomes) => {
    rig.pass(ms);
    expect((await rig.post(path, {})).status).toBe(status);
    expect(await state()).toBe(becomes);
  });

  it("is not interchangeable with other links", async () => {
    const token = path.slice(`${BASE}/c/`.length);
    for (const other of [rig.link("unsubscribe", 1), rig.link("preferences", 1)]) {
      expect((await rig.post(other.replace(/\/[up]\//, "/c/"), {})).status).toBe(404);
    }
    expect((await rig.get(`${BASE}/p/${token}`)).status).toBe(404);
    expect((await rig.post(`${BASE}/c/${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`, {})).status).toBe(404);
    expect(await state()).toBeNull();
  });

  it("refuses a cross-site request", async () => {
    expect((await rig.post(path, {}, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect(await state()).toBeNull();
  });

  it("works after a key rotation until the old key is removed", async () => {
    const old = rig.keys.current.current;
    rig.keys.current = { current: Buffer.alloc(32, 9), previous: [old] };
    expect((await rig.get(path)).status).toBe(200);
    rig.keys.current = { current: Buffer.alloc(32, 9) };
    expect((await rig.post(path, {})).status).toBe(404);
    expect(await state()).toBeNull();
  });
});
