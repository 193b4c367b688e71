import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveEdition } from "../archive/editions.js";
import { openReaderRig, sealIn } from "./rig.js";
import type { Fields, ReaderRig } from "./rig.js";

let rig: ReaderRig;
let path: string;

beforeEach(async () => {
  rig = await openReaderRig("preferences");
  ({ path } = rig);
});
afterEach(() => rig.close());

const save = (fields: Fields) => rig.fill(path, path, { do: "save", ...fields });

describe("the preferences", () => {
  it("are changed by the page's form", async () => {
    const answer = await save({
      frequency: "weekly",
      include: "agents, robots",
      exclude: "survey",
      limit: "7",
      abstracts: "none",
      pictures: "yes",
      language: "de",
      pause: "until",
      until: "2026-11-01",
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`${path}?saved`);
    expect(await rig.stored()).toMatchObject({
      state: "paused",
      pausedUntil: new Date("2026-11-01T00:00:00Z"),
      frequency: "weekly",
      view: {
        include: ["agents", "robots"],
        exclude: ["survey"],
        limit: 7,
        abstracts: "none",
        pictures: true,
        language: "de",
      },
    });
    const page = await (await rig.get(`${path}?saved`)).text();
    expect(page).toContain('<html lang="de"');
    expect(page).toContain("Gespeichert.");
    expect(page).toMatch(/name="until"[^>]*value="2026-11-01"/);
  });

  it("pause until somebody comes back, and then go on", async () => {
    await save({ pause: "open" });
    expect(await rig.stored()).toMatchObject({ state: "paused", pausedUntil: null });
    await save({ frequency: "monthly" });
    expect(await rig.stored()).toMatchObject({ state: "paused", frequency: "monthly" });
    await save({ pause: "no" });
    expect(await rig.stored()).toMatchObject({ state: "active", pausedUntil: null });
  });

  it("show a pause that is over as none", async () => {
    await save({ pause: "until", until: "2026-10-07" });
    rig.pass(3 * 86_400_000);
    expect(await (await rig.get(path)).text()).toMatch(/value="no" checked/);
  });

  it("say what is wrong and change nothing", async () => {
    const answer = await save({ limit: "0", include: "<b>", frequency: "weekly" });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain("from 1 to 200");
    expect(page).toContain("&lt;b&gt;");
    expect(await rig.stored()).toMatchObject({ frequency: "daily", view: { include: [] } });
  });

  it.each([
    ["without a seal", async () => ""],
    ["with the seal of the form to subscribe", async () => sealIn(await (await rig.get("/daily/")).text())],
    [
      "with the seal of another reader",
      async () => {
        const other = await rig.reader("other@example.com");
        return sealIn(await (await rig.get(rig.link("preferences", other.id))).text());
      },
    ],
    [
      "with a seal of the day before",
      async () => {
        const seal = sealIn(await (await rig.get(path)).text());
        rig.pass(86_400_001);
        return seal;
      },
    ],
  ])("are not changed %s", async (_what, sealOf) => {
    const answer = await rig.post(path, { do: "save", frequency: "weekly", seal: await sealOf() });
    expect(answer.status).toBe(422);
    expect(await rig.stored()).toMatchObject({ frequency: "daily" });
  });

  it("are not changed from another site, or by a link for something else", async () => {
    const seal = sealIn(await (await rig.get(path)).text());
    const fields = { do: "save", frequency: "weekly", seal };
    expect((await rig.post(path, fields, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await rig.post(path.replace("/p/", "/u/"), fields)).status).toBe(404);
    const unsubscribe = rig.link("unsubscribe", rig.id).replace("/u/", "/p/");
    expect((await rig.get(unsubscribe)).status).toBe(404);
    expect(await rig.stored()).toMatchObject({ frequency: "daily", state: "active" });
  });

  it("do not bring back who has left", async () => {
    const seal = sealIn(await (await rig.get(path)).text());
    await rig.store.subscribers.change("you@example.com", { state: "gone" }, rig.now());
    const answer = await rig.post(path, { do: "save", pause: "no", frequency: "weekly", seal });
    expect(await answer.text()).toContain("You have left");
    expect(await rig.stored()).toMatchObject({ state: "gone", frequency: "daily" });
  });

  it("can be changed 60 times in an hour", async () => {
    const seal = sealIn(await (await rig.get(path)).text());
    for (let turn = 0; turn < 60; turn += 1) await rig.post(path, { do: "save", seal });
    expect((await rig.post(path, { do: "save", frequency: "weekly", seal })).status).toBe(429);
    expect(await rig.stored()).toMatchObject({ frequency: "daily" });
  });
});

describe("the preview", () => {
  it("counts what the last week would have brought, and saves nothing", async () => {
    await saveEdition(rig, "day:2026-10-02", ["Agents that plan", "Robots that walk", "A survey of agents"]);
    await saveEdition(rig, "day:2026-10-03", ["Agents that plan", "Diffusion"]);
    rig.pass(86_400_000);
    const before = JSON.stringify(await rig.stored());
    const answer = await rig.fill(path, path, { do: "preview", include: "agents", exclude: "survey", limit: "1" });
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain("1 of 4 papers of the last week would have matched.");
    expect(page).toContain("<li>Agents that plan</li>");
    expect(page).toMatch(/name="include"[^>]*value="agents"/);
    expect(JSON.stringify(await rig.stored())).toBe(before);
  });

  it("says when there is nothing to compare with", async () => {
    await saveEdition(rig, "day:2026-09-20", ["Agents that plan"]);
    rig.pass(8 * 86_400_000);
    const answer = await rig.fill(path, path, { do: "preview" });
    expect(await answer.text()).toContain("nothing to compare with");
  });
});
