import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withInterests } from "../../../src/core/model.js";
import { saveEdition } from "../archive/editions.js";
import { openReaderHarness, csrfTokenIn } from "./harness.js";
import type { Fields, ReaderHarness } from "./harness.js";

let harness: ReaderHarness;
let path: string;

beforeEach(async () => {
  harness = await openReaderHarness("preferences");
  ({ path } = harness);
});
afterEach(() => harness.close());

const save = (fields: Fields) => harness.fill(path, path, { do: "save", ...fields });

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
    expect(await harness.stored()).toMatchObject({
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
    const page = await (await harness.get(`${path}?saved`)).text();
    expect(page).toContain('<html lang="de"');
    expect(page).toContain("Änderungen sind gespeichert");
    expect(page).toMatch(/name="until"[^>]*value="2026-11-01"/);
  });

  it("keeps an open-ended pause until the subscriber resumes delivery", async () => {
    await save({ pause: "open" });
    expect(await harness.stored()).toMatchObject({ state: "paused", pausedUntil: null });
    await save({ frequency: "monthly" });
    expect(await harness.stored()).toMatchObject({ state: "paused", frequency: "monthly" });
    await save({ pause: "no" });
    expect(await harness.stored()).toMatchObject({ state: "active", pausedUntil: null });
  });

  it("shows an expired pause as no pause", async () => {
    await save({ pause: "until", until: "2026-10-07" });
    harness.pass(3 * 86_400_000);
    expect(await (await harness.get(path)).text()).toMatch(/value="no" checked/);
  });

  it("shows errors and saves nothing", async () => {
    const answer = await save({ limit: "0", include: "<b>", frequency: "weekly" });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain("between 1 and 200");
    expect(page).toContain("&lt;b&gt;");
    expect(await harness.stored()).toMatchObject({ frequency: "daily", view: { include: [] } });
  });

  it.each([
    ["without a CSRF token", async () => ""],
    [
      "with the CSRF token of the subscription form",
      async () => csrfTokenIn(await (await harness.get("/daily/")).text()),
    ],
    [
      "with the CSRF token of another subscriber",
      async () => {
        const other = await harness.reader("other@example.com");
        return csrfTokenIn(await (await harness.get(harness.link("preferences", other.id))).text());
      },
    ],
    [
      "with an expired CSRF token",
      async () => {
        const csrf = csrfTokenIn(await (await harness.get(path)).text());
        harness.pass(86_400_001);
        return csrf;
      },
    ],
  ])("saves nothing %s", async (_what, tokenOf) => {
    const answer = await harness.post(path, { do: "save", frequency: "weekly", csrf: await tokenOf() });
    expect(answer.status).toBe(422);
    expect(await harness.stored()).toMatchObject({ frequency: "daily" });
  });

  it("saves nothing for a cross-site request or with a link for another purpose", async () => {
    const csrf = csrfTokenIn(await (await harness.get(path)).text());
    const fields = { do: "save", frequency: "weekly", csrf };
    expect((await harness.post(path, fields, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await harness.post(path.replace("/p/", "/u/"), fields)).status).toBe(404);
    const unsubscribe = harness.link("unsubscribe", harness.id).replace("/u/", "/p/");
    expect((await harness.get(unsubscribe)).status).toBe(404);
    expect(await harness.stored()).toMatchObject({ frequency: "daily", state: "active" });
  });

  it("does not reactivate a former subscriber", async () => {
    const csrf = csrfTokenIn(await (await harness.get(path)).text());
    await harness.store.subscribers.change("you@example.com", { state: "gone" }, harness.now());
    const answer = await harness.post(path, { do: "save", pause: "no", frequency: "weekly", csrf });
    expect(await answer.text()).toContain("You are not subscribed");
    expect(await harness.stored()).toMatchObject({ state: "gone", frequency: "daily" });
  });

  it("accepts 60 changes an hour", async () => {
    const csrf = csrfTokenIn(await (await harness.get(path)).text());
    for (let turn = 0; turn < 60; turn += 1) await harness.post(path, { do: "save", csrf });
    expect((await harness.post(path, { do: "save", frequency: "weekly", csrf })).status).toBe(429);
    expect(await harness.stored()).toMatchObject({ frequency: "daily" });
  });
});

describe("the preview", () => {
  it("counts the matching papers of the last week and saves nothing", async () => {
    await saveEdition(harness, "day:2026-10-02", ["Agents that plan", "Robots that walk", "A survey of agents"]);
    await saveEdition(harness, "day:2026-10-03", ["Agents that plan", "Diffusion"]);
    harness.pass(86_400_000);
    const before = JSON.stringify(await harness.stored());
    const answer = await harness.fill(path, path, { do: "preview", include: "agents", exclude: "survey", limit: "1" });
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain("1 of 4 papers of the last week matches.");
    expect(page).toContain("<li>Agents that plan</li>");
    expect(page).toMatch(/name="include"[^>]*value="agents"/);
    expect(JSON.stringify(await harness.stored())).toBe(before);
  });

  it("leads with the papers closest to those that the reader likes", async () => {
    await saveEdition(harness, "day:2026-10-02", ["Agents that plan", "Robots that walk", "A survey of agents"]);
    const before = await harness.stored();
    if (!before) throw new Error("no reader");
    const view = withInterests(before.view, ["Robots that walk"]);
    await harness.store.subscribers.changeById(before.id, { view }, harness.now());
    const answer = await harness.fill(path, path, { do: "preview" });
    expect(await answer.text()).toMatch(/<li>Robots that walk<\/li>\s*<li>A/);
  });

  it("says when there were no papers in the last week", async () => {
    await saveEdition(harness, "day:2026-09-20", ["Agents that plan"]);
    harness.pass(8 * 86_400_000);
    const answer = await harness.fill(path, path, { do: "preview" });
    expect(await answer.text()).toContain("no papers in the last week");
  });
});
