import { beforeAll, describe, expect, it } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import { startSite } from "../support/site.js";

const reader = "you@example.com";
const home = freshHome();

function day(date: string): string {
  return buildPage({ kind: "day", date, nextDate: "2026-12-31", entries: manyEntries(3, Number(date.slice(8))) });
}

/** Three editions: a day, a catch-up of two days, and a week. */
beforeAll(async () => {
  const site = await startSite({
    "/papers/date/2026-10-01": { body: day("2026-10-01") },
    "/papers/date/2026-10-02": { body: day("2026-10-02") },
    "/papers/date/2026-10-03": { body: day("2026-10-03") },
    "/papers/week/2026-W40": {
      body: buildPage({ kind: "week", date: "2026-W40", nextDate: "2026-W41", entries: manyEntries(3, 50) }),
    },
  });
  const environment = { PAPERBOY_SITE_URL: site.url, PAPERBOY_TO: reader };
  await paperboy(["run"], { home, environment, now: "2026-10-02T07:00:00Z" });
  await paperboy(["run"], { home, environment, now: "2026-10-04T07:00:00Z" });
  await paperboy(["run", "2026-W40", "--to", reader], { home, environment, now: "2026-10-05T07:00:00Z" });
  await site.close();
}, 60_000);

async function call(...args: string[]) {
  const { exit, json } = await paperboy([...args, "--json"], { home });
  const { message, editions, edition } = json() as {
    readonly message?: string;
    readonly editions?: readonly { readonly id: string }[];
    readonly edition?: string;
  };
  return { exit, message, id: editions?.[0]?.id ?? edition };
}

describe("a person", () => {
  it.each([
    ["resend", "2026-10-01", "--refused", "--to", "nobody@example.com"],
    ["uncertain", "resolve", "2026-10-01", "--as", "sent", "--to", "nobody@example.com"],
  ])("who is no reader is refused by %s", async (...args) => {
    expect(await call(...args)).toMatchObject({
      exit: 2,
      message: "no subscriber has this address",
    });
  });

  it("without a delivery in that state has nothing to send again", async () => {
    const message = "nothing to send again: no delivery of day:2026-10-01 is refused";
    expect(await call("resend", "2026-10-01", "--refused", "--to", reader)).toMatchObject({ exit: 0, message });
  });
});

describe("the name of an edition", () => {
  it.each([
    ["day:2026-10-01", "day:2026-10-01"],
    ["2026-10-01", "day:2026-10-01"],
    ["days:2026-10-02..2026-10-03", "days:2026-10-02..2026-10-03"],
    ["2026-10-02", "days:2026-10-02..2026-10-03"],
    ["2026-10-03", "days:2026-10-02..2026-10-03"],
    ["2026-w40", "week:2026-W40"],
  ])("can be %s", async (name, id) => {
    expect((await call("status", name)).id).toBe(id);
    expect((await call("why", reader, name)).id).toBe(id);
    expect((await call("resend", name, "--deferred")).exit).toBe(0);
    expect((await call("uncertain", "resolve", name, "--as", "sent")).message).toBe(
      `no delivery of ${id} is uncertain`,
    );
    expect((await call("push", "list", name)).exit).toBe(0);
  });

  it.each([
    ["2026-10-11", "unknown edition day:2026-10-11; did you mean day:2026-10-01?"],
    ["2026-W41", "unknown edition week:2026-W41; did you mean week:2026-W40?"],
    ["yesterday", "unknown edition yesterday"],
  ])("is refused with the nearest one: %s", async (name, message) => {
    for (const args of [
      ["status", name],
      ["why", reader, name],
      ["resend", name, "--refused"],
      ["push", "list", name],
    ]) {
      expect(await call(...args)).toMatchObject({ exit: 2, message });
    }
    expect(await call("uncertain", "resolve", name, "--as", "refused")).toMatchObject({ exit: 2, message });
  });
});
