import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Digest, View } from "../../src/core/model.js";
import { prepareWelcomes } from "../../src/editions/welcome.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import type { Frequency, Store } from "../../src/store/store.js";
import { prepare, sendAll, edition, NOW, later, HOUR } from "../contract/store/fixtures.js";
import { freshHome, openHomeStore } from "../support/paperboy.js";

const DAY_MS = 24 * HOUR;
let store: Store;
beforeEach(async () => {
  store = await openHomeStore(freshHome());
  await store.subscribers.add(
    (["daily", "weekly", "monthly"] as const).map((frequency) => ({
      address: `${frequency}@example.org`,
      state: "active",
      frequency,
      view: DEFAULT_VIEW,
      origin: "operator",
    })),
    { now: NOW },
  );
});
afterEach(() => store.close());

/** Prepares and sends an edition to its readers. */
async function mailed(id: string, frequency: Frequency = "daily", papers?: readonly string[]): Promise<void> {
  const kind = id.startsWith("week") ? "week" : id.startsWith("month") ? "month" : "day";
  await prepare(store, { ...edition(id, papers), kind }, { query: { frequency } });
  await sendAll(store);
}

async function joins(address: string, frequency: Frequency = "daily", view: Partial<View> = {}): Promise<number> {
  const request = { address, frequency, view: { ...DEFAULT_VIEW, ...view }, origin: "site" } as const;
  const begun = await store.signups.begin(request, NOW);
  const joined = begun.result === "begun" ? await store.signups.confirm(begun.signupId, NOW) : null;
  if (!joined) throw new Error(begun.result);
  return joined.id;
}

const likedBy = ({ interests = [] }: View) => Promise.resolve(interests.map((title) => ({ title, abstract: null })));

/** Prepares first letters. Returns the readers of each edition, and what the letters were told. */
async function welcome(now = NOW) {
  const digests: Digest[] = [];
  const writeLetter = async (digest: Digest) => {
    digests.push(digest);
    const { id: editionId } = digest.edition;
    return { editionId, subject: "", preheader: "", html: "", text: "", language: "en" };
  };
  const welcomed = await prepareWelcomes({ store, channel: "smtp", now, writeLetter, likedBy });
  return { digests, readers: welcomed.map(({ edition: { edition }, addresses }) => [edition.id, ...addresses]) };
}

const deliveries = async (subscriberId: number) =>
  (await store.ledger.list({ subscriberId, after: 0, limit: 10 })).map(({ editionId, state }) => [editionId, state]);

describe("a reader who has just confirmed", () => {
  it("gets a letter in the order of the papers that they like", async () => {
    await mailed("day:2026-03-09", "daily", ["2026-03-09"]);
    await joins("new@example.org", "daily", { order: "interests", interests: ["Lanterns"] });
    const { digests } = await welcome();
    expect(digests[0]?.kept[0]?.reasons).toContainEqual(expect.objectContaining({ order: "interests" }));
  });

  it.each([
    ["daily", "day:2026-03-09", null],
    ["weekly", "week:2026-W10", "2026-03-16"],
    ["monthly", "month:2026-02", "2026-04-01"],
  ] as const)("gets the newest %s edition, which says when the next one comes", async (frequency, id, next) => {
    for (const date of ["2026-03-08", "2026-03-09"]) await mailed(`day:${date}`, "daily", [date]);
    await mailed("days:2026-02-26..2026-02-28", "daily", ["old"]);
    await mailed("week:2026-W10", "weekly");
    await mailed("month:2026-02", "monthly");
    const reader = await joins("new@example.org", frequency);
    const { digests, readers } = await welcome();
    expect(readers).toEqual([[id, "new@example.org"]]);
    expect(digests.map((digest) => digest.welcome)).toEqual([{ next }]);
    expect(await deliveries(reader)).toEqual([[id, "pending"]]);
    expect(await store.check()).toEqual([]);
    expect(await welcome()).toEqual({ digests: [], readers: [] });
  });

  it("gets it once, from the run or as a first letter", async () => {
    await mailed("day:2026-03-08");
    const early = await joins("early@example.org");
    await mailed("day:2026-03-09", "daily", ["2603.00009"]);
    expect((await welcome()).readers).toEqual([]);
    expect(await deliveries(early)).toEqual([["day:2026-03-09", "sent"]]);
    // The reader leaves and comes back: the edition was sent before.
    await store.subscribers.change("early@example.org", { state: "gone" }, NOW);
    expect(await joins("early@example.org")).toBe(early);
    await welcome();
    expect(await deliveries(early)).toEqual([["day:2026-03-09", "sent"]]);
    // The run prepares the edition that a first letter has brought forward.
    const late = await joins("late@example.org");
    await welcome();
    expect(await prepare(store, edition("day:2026-03-09", ["2603.00009"]))).toBe("already-prepared");
    expect(await deliveries(late)).toEqual([["day:2026-03-09", "pending"]]);
  });

  it("gets a letter of its own topics, dated when it is written", async () => {
    await mailed("day:2026-03-09");
    const date = later(20 * HOUR);
    await joins("a@example.org", "daily", { limit: 1 });
    const { digests } = await welcome(date);
    expect(digests.map(({ view }) => view.limit)).toEqual([1]);
    const [claim] = await store.ledger.claim({ channel: "smtp", editionIds: [], limit: 1, now: date, leaseMs: HOUR });
    expect(await store.editions.letter(claim?.letterId ?? "")).toMatchObject({ date: date.toISOString() });
    await joins("b@example.org", "daily", { include: ["nothing like it"] });
    expect((await welcome(date)).digests).toEqual([]);
  });

  it("waits for the first edition of the list, and gets no old, private or named one", async () => {
    await mailed("day:2026-03-01");
    await prepare(store, edition("file:abc", ["2603.00002"]));
    await prepare(store, edition("day:2026-03-09"), { query: { frequency: null, named: ["daily@example.org"] } });
    const reader = await joins("new@example.org");
    expect((await welcome(later(8 * DAY_MS))).readers).toEqual([]);
    expect(await deliveries(reader)).toEqual([]);
    await mailed("day:2026-03-10", "daily", ["2603.00010"]);
    expect(await deliveries(reader)).toEqual([["day:2026-03-10", "sent"]]);
  });

  it("gets nothing after leaving or pausing at once", async () => {
    await mailed("day:2026-03-09");
    const [gone, paused] = [await joins("gone@example.org"), await joins("paused@example.org")];
    await store.subscribers.changeById(gone, { state: "gone" }, NOW);
    await store.subscribers.changeById(paused, { state: "paused", pausedUntil: null }, NOW);
    expect((await welcome()).readers).toEqual([]);
    expect([...(await deliveries(gone)), ...(await deliveries(paused))]).toEqual([]);
  });
});
