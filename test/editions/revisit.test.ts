import { describe, expect, it } from "vitest";
import { addDays } from "../../src/core/calendar.js";
import { PaperboyError } from "../../src/core/errors.js";
import type { Edition, Paper } from "../../src/core/model.js";
import { revisitEditions } from "../../src/editions/revisit.js";
import type { PastEdition, RevisitParts } from "../../src/editions/revisit.js";
import { makeDigest, makePaper } from "../support/papers-model.js";

const NOW = new Date("2026-03-20T07:00:00Z");
const DAY_MS = 86_400_000;

function editionOf(id: string, papers: readonly Paper[], given: Partial<Edition> = {}): Edition {
  return { ...makeDigest(papers).edition, id, date: id.split(":")[1] ?? null, ...given };
}

const paper = (id: string, upvotes: number, given: Partial<Paper> = {}) => makePaper({ id, upvotes, ...given });

/** An edition of a day with one paper, whose id is the day, prepared on the next morning. */
function dayBefore(days: number, given: Partial<Edition> = {}): PastEdition {
  const day = addDays("2026-03-20", -days);
  const edition = { ...editionOf(`day:${day}`, [paper(day, 2)]), ...given };
  return { edition, preparedAt: new Date(Date.parse(day) + DAY_MS) };
}

interface World {
  readonly past: readonly PastEdition[];
  readonly saved?: Edition;
  readonly readAgain?: RevisitParts["readAgain"];
}

/** Looks again in a world where every page has gained a hundred votes; says what was asked and warned of. */
async function look(edition: Edition, { past, saved, readAgain }: World) {
  const asked: string[] = [];
  const warnings: string[] = [];
  const since: Date[] = [];
  const looked = await revisitEditions(edition, "smtp", {
    editions: { find: async () => (saved ? ({ edition: saved } as never) : null) },
    past: async (_, from) => {
      since.push(from);
      return past;
    },
    readAgain: async (period) => {
      asked.push(period);
      if (readAgain) return readAgain(period);
      const kind = period.includes("W") ? "week" : "day";
      return editionOf(`${kind}:${period}`, [paper(period, 102)]);
    },
    now: NOW,
    warn: (message) => void warnings.push(message),
  });
  const rising = looked.edition.rising?.map((one) => one.paper.id) ?? [];
  return { looked, rising, asked, warnings, since };
}

const TODAY = editionOf("day:2026-03-19", [paper("2026-03-19", 5)]);
const FORTNIGHT = Array.from({ length: 12 }, (_, index) => dayBefore(index + 2));

/** Looks where one page of several fails. */
const failing = (code: "layout-changed" | "fetch-failed" | "no-papers") =>
  look(TODAY, {
    past: FORTNIGHT,
    readAgain: async (period) => {
      if (period === "2026-03-16") throw new PaperboyError(code, { message: "it is so" });
      return editionOf(`day:${period}`, [paper(period, 102)]);
    },
  });

describe("revisitEditions", () => {
  it("requests every second page, the newest first, and at most five", async () => {
    const { asked, since } = await look(TODAY, { past: FORTNIGHT });
    expect(asked).toEqual(["2026-03-18", "2026-03-16", "2026-03-14", "2026-03-12", "2026-03-10"]);
    expect(since).toEqual([new Date("2026-03-06T07:00:00Z")]);
  });

  it("reads a page five times while editions are sent", async () => {
    const asked: string[] = [];
    for (let day = 1; day <= 14; day += 1) {
      const today = editionOf(`day:${addDays("2026-03-20", day)}`, []);
      const past = Array.from({ length: 13 }, (_, index) => dayBefore(index + 1 - day));
      asked.push(...(await look(today, { past })).asked);
    }
    expect(asked.filter((page) => page === "2026-03-20")).toHaveLength(5);
  });

  it.each([
    { name: "a month", id: "month:2026-02" },
    { name: "a file", id: "file:abc" },
    { name: "a search", id: "search:agents@2026-03-20" },
    { name: "what trends", id: "trending@2026-03-20" },
  ])("leaves $name unchanged, without a request", async ({ id }) => {
    const { looked, asked, since } = await look(editionOf(id, []), { past: FORTNIGHT });
    expect({ compared: looked.compared, asked, since }).toEqual({ compared: null, asked: [], since: [] });
  });

  it("leaves an edition as it was frozen", async () => {
    const frozen = { ...TODAY, rising: [{ paper: paper("x", 90), since: "2026-03-01", before: 1, now: 90 }] };
    const { looked, asked } = await look(TODAY, { past: FORTNIGHT, saved: frozen });
    expect({ edition: looked.edition, asked }).toEqual({ edition: frozen, asked: [] });
  });

  it("compares weeks with weeks", async () => {
    const week = editionOf("week:2026-W10", [paper("2026-W10", 2)], { kind: "week" });
    const past = [...FORTNIGHT, { edition: week, preparedAt: new Date("2026-03-09T07:00:00Z") }];
    const { asked, rising } = await look(editionOf("week:2026-W11", [], { kind: "week" }), { past });
    expect({ asked, rising }).toEqual({ asked: ["2026-W10"], rising: ["2026-W10"] });
  });

  it("compares the papers of a catch-up by their days", async () => {
    const days = ["2026-03-16", "2026-03-17"];
    const papers = days.map((day) => paper(day, 2, { featuredOn: day }));
    const past = [{ edition: editionOf("days:2026-03-16..2026-03-17", papers, { days }), preparedAt: NOW }];
    expect((await look(TODAY, { past })).asked).toEqual(["2026-03-17"]);
    expect((await look(TODAY, { past: [...past, dayBefore(2)] })).asked).toEqual(["2026-03-18", "2026-03-16"]);
  });

  it("compares with the newest edition of a paper, and omits papers of earlier revisits", async () => {
    const twice = dayBefore(2, { papers: [paper("2026-03-16", 90), paper("2026-03-18", 2)] });
    const { rising } = await look(TODAY, { past: [dayBefore(4), twice] });
    expect(rising).toEqual(["2026-03-18"]);
    const shown = [{ paper: paper("2026-03-18", 60), since: "2026-03-18", before: 2, now: 60 }];
    const again = await look(TODAY, { past: [dayBefore(2), dayBefore(3, { rising: shown })] });
    expect(again.rising).toEqual([]);
  });

  it("warns about a page that cannot be read and continues, but stops when the site is unreachable", async () => {
    const changed = await failing("layout-changed");
    expect(changed.rising).toEqual(["2026-03-18", "2026-03-14", "2026-03-12", "2026-03-10"]);
    expect(changed.warnings).toEqual(["no revisit of 2026-03-16: it is so"]);
    expect(changed.looked.compared?.pages).not.toContain("day:2026-03-16");
    expect((await failing("no-papers")).asked).toHaveLength(5);
    const away = await failing("fetch-failed");
    expect({ rising: away.rising, asked: away.asked.length }).toEqual({ rising: ["2026-03-18"], asked: 2 });
  });

  it("survives unexpected errors", async () => {
    const { looked, warnings } = await look(TODAY, {
      past: FORTNIGHT,
      readAgain: () => Promise.reject(new TypeError("bug")),
    });
    expect(looked.edition).toBe(TODAY);
    expect(warnings).toHaveLength(5);
  });
});
