import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveEdition } from "../archive/editions.js";
import { openReaderRig, csrfTokenIn } from "./rig.js";
import type { Fields, ReaderRig } from "./rig.js";

let rig: ReaderRig;
let path: string;

beforeEach(async () => {
  rig = await openReaderRig("preferences");
  ({ path } = rig);
});
afterEach(() => rig.close());

const save = (fields: Fields) => rig.fill(path, path, { do: "save", ...fields });

describe("the preferences page", () => {
  it("saves the form", async () => {
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
    expect(page).toContain("Änderungen sind gespeichert");
    expect(page).toMatch(/name="until"[^>]*value="2026-11-01"/);
  });

  it("keeps an open-ended pause until the subscriber resumes delivery", async () => {
    await save({ pause: "open" });
    expect(await rig.stored()).toMatchObject({ state: "paused", pausedUntil: null });
    await save({ frequency: "monthly" });
    expect(await rig.stored()).toMatchObject({ state: "paused", frequency: "monthly" });
    await save({ pause: "no" });
    expect(await rig.stored()).toMatchObject({ state: "active", pausedUntil: null });
  });

  it("shows an expired pause as no pause", async () => {
    await save({ pause: "until", until: "2026-10-07" });
    rig.pass(3 * 86_400_000);
    expect(await (await rig.get(path)).text()).toMatch(/value="no" checked/);
  });

  it("shows errors and saves nothing", async () => {
    const answer = await save({ limit: "0", include: "<b>", frequency: "weekly" });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain("between 1 and 200");
    expect(page).toContain("&lt;b&gt;");
    expect(await rig.stored()).toMatchObject({ frequency: "daily", view: { include: [] } });
  });

  it.each([
    ["without a CSRF token", async () => ""],
    ["with the CSRF token of the subscription form", async () => csrfTokenIn(await (await rig.get("/daily/")).text())],
    [
      "with the CSRF token of another subscriber",
      async () => {
        const other = await rig.reader("other@example.com");
        return csrfTokenIn(await (await rig.get(rig.link("preferences", other.id))).text());
      },
    ],
    [
      "with an expired CSRF token",
      async () => {
        const csrf = csrfTokenIn(await (await rig.get(path)).text());
        rig.pass(86_400_001);
        return csrf;
      },
    ],
  ])("saves nothing %s", async (_what, tokenOf) => {
    const answer = await rig.post(path, { do: "save", frequency: "weekly", csrf: await tokenOf() });
    expect(answer.status).toBe(422);
    expect(await rig.stored()).toMatchObject({ frequency: "daily" });
  });

  it("saves nothing for a cross-site request or with a link for another purpose", async () => {
    const csrf = csrfTokenIn(await (await rig.get(path)).text());
    const fields = { do: "save", frequency: "weekly", csrf };
    expect((await rig.post(path, fields, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await rig.post(path.replace("/p/", "/u/"), fields)).status).toBe(404);
    const unsubscribe = rig.link("unsubscribe", rig.id).replace("/u/", "/p/");
    expect((await rig.get(unsubscribe)).status).toBe(404);
    expect(await rig.stored()).toMatchObject({ frequency: "daily", state: "active" });
  });

  it("does not reactivate a former subscriber", async () => {
    const csrf = csrfTokenIn(await (await rig.get(path)).text());
    await rig.store.subscribers.change("you@example.com", { state: "gone" }, rig.now());
    const answer = await rig.post(path, { do: "save", pause: "no", frequency: "weekly", csrf });
    expect(await answer.text()).toContain("You are not subscribed");
    expect(await rig.stored()).toMatchObject({ state: "gone", frequency: "daily" });
  });

  it("accepts 60 changes an hour", async () => {
    const csrf = csrfTokenIn(await (await rig.get(path)).text());
    for (let turn = 0; turn < 60; turn += 1) await rig.post(path, { do: "save", csrf });
    expect((await rig.post(path, { do: "save", frequency: "weekly", csrf })).status).toBe(429);
    expect(await rig.stored()).toMatchObject({ frequency: "daily" });
  });
});

describe("the preview", () => {
  it("counts the matching papers of the last week and saves nothing", async () => {
    await saveEdition(rig, "day:2026-10-02", ["Agents that plan", "Robots that walk", "A survey of agents"]);
    await saveEdition(rig, "day:2026-10-03", ["Agents that plan", "Diffusion"]);
    rig.pass(86_400_000);
    const before = JSON.stringify(await rig.stored());
    const answer = await rig.fill(path, path, { do: "preview", include: "agents", exclude: "survey", limit: "1" });
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain("1 of 4 papers of the last week matches.");
    expect(page).toContain("<li>Agents that plan</li>");
    expect(page).toMatch(/name="include"[^>]*value="agents"/);
    expect(JSON.stringify(await rig.stored())).toBe(before);
  });

  it("says when there were no papers in the last week", async () => {
    await saveEdition(rig, "day:2026-09-20", ["Agents that plan"]);
    rig.pass(8 * 86_400_000);
    const answer = await rig.fill(path, path, { do: "preview" });
    expect(await answer.text()).toContain("no papers in the last week");
  });
});
