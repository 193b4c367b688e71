import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runEditions } from "../../src/app/run.js";
import type { RunParts } from "../../src/app/run-parts.js";
import type { Digest, Edition, Letter } from "../../src/core/model.js";
import { PaperboyError } from "../../src/core/errors.js";
import { parseSource } from "../../src/fetch/sources.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import type { Frequency, NewSubscriber, SavedEdition, Store } from "../../src/store/store.js";
import { freshHome, openHomeStore } from "../support/paperboy.js";
import { makeDigest, makePaper } from "../support/papers-model.js";

/** A Wednesday with an empty ledger: the newest day, the last week and the last month are due. */
const NOW = new Date("2026-10-07T07:00:00Z");

const sourceOf = (text: string) => parseSource(text, { site: "https://example.org", now: NOW, exists: () => false });

function reader(address: string, frequency: Frequency, include: readonly string[] = []): NewSubscriber {
  return { address, state: "active", frequency, view: { ...DEFAULT_VIEW, include }, origin: "operator" };
}

let store: Store;
beforeEach(async () => {
  store = await openHomeStore(freshHome());
  const readers = [
    reader("daily@example.com", "daily"),
    reader("weekly@example.com", "weekly"),
    reader("monthly@example.com", "monthly"),
    reader("unmatched@example.com", "daily", ["zzyzx"]),
  ];
  await store.subscribers.add(readers, { now: new Date("2026-01-01") });
});
afterEach(() => store.close());

/** The parts of a run whose pages have one paper each; `delivered` collects what it was told to send. */
function partsOf(readEdition: RunParts["jobs"]["readEdition"]) {
  const delivered: string[] = [];
  const parts: RunParts = {
    store,
    channel: "smtp",
    clock: () => NOW,
    recipients: null,
    unmatched: [],
    warn: () => undefined,
    jobs: {
      editions: store.editions,
      subscribers: store.subscribers,
      channel: "smtp",
      now: NOW,
      named: [],
      includesSubscribers: true,
      pushed: new Set(),
      readEdition,
      sourceOf,
    },
    prepare: {
      store,
      now: NOW,
      writeLetter: async (digest) => letterOf(digest),
      revisitEditions: async (edition) => ({ edition, compared: null, others: [] }),
      onPrepared: async () => undefined,
    },
    deliver: async (editions: readonly SavedEdition[]) => {
      delivered.push(...editions.map(({ edition }) => edition.id));
      return null;
    },
  };
  return { parts, delivered };
}

function letterOf({ edition }: Digest): Letter {
  return { editionId: edition.id, subject: "", preheader: "", html: "<p>", text: "", language: "en" };
}

const readPage: RunParts["jobs"]["readEdition"] = async ({ kind, period, name }): Promise<Edition> => ({
  ...makeDigest([makePaper({ id: name })]).edition,
  id: `${kind}:${period}`,
  kind: kind as Edition["kind"],
  source: name,
  date: period,
});

describe("runEditions", () => {
  it("prepares and delivers each edition for the readers who are due it", async () => {
    const { parts, delivered } = partsOf(readPage);
    const { result } = await runEditions({ source: null, dryRun: false }, parts);
    expect(delivered).toEqual(["day:2026-10-06", "week:2026-W40", "month:2026-09"]);
    expect(result).toMatchObject({ editions: delivered.map((id) => ({ id, counts: { prepared: 1, pending: 1 } })) });
  });

  it("stops a dry run before prepare, with the same editions and counts", async () => {
    const { parts, delivered } = partsOf(readPage);
    const dry = await runEditions({ source: null, dryRun: true }, parts);
    expect(delivered).toEqual([]);
    expect(await store.editions.recent(5)).toEqual([]);
    // `deliver` is a stub, so everything that was prepared stays pending.
    const real = await runEditions({ source: null, dryRun: false }, parts);
    expect(dry.result?.["editions"]).toEqual(real.result?.["editions"]);
    expect(dry.reason).toBe("sent");
  });

  it("reports a job that failed and prepares the others", async () => {
    const { parts, delivered } = partsOf(async (source) => {
      if (source.kind === "week") throw new PaperboyError("fetch-failed", { message: "the site is down" });
      return readPage(source);
    });
    const { reason, result } = await runEditions({ source: null, dryRun: false }, parts);
    expect(delivered).toEqual(["day:2026-10-06", "month:2026-09"]);
    expect(reason).toBe("send-incomplete");
    expect(result).toMatchObject({ failures: [{ name: "2026-W40", reason: "fetch-failed" }] });
  });

  it("returns no-papers as a result when the site published nothing", async () => {
    const { parts } = partsOf(async () => ({ reason: "no-papers", message: "nothing there" }));
    const outcome = await runEditions({ source: sourceOf("2026-10-03"), dryRun: true }, parts);
    expect(outcome).toMatchObject({ reason: "no-papers", message: "dry run: nothing there" });
  });
});
