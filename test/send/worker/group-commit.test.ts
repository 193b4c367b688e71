import { describe, expect, it } from "vitest";
import { openCommits } from "../../../src/send/worker/group-commit.js";
import type { Claim, Settlement } from "../../../src/store/store.js";

const NOW = new Date("2026-03-10T06:00:00Z");

function claimOf(id: number): Claim {
  return {
    id,
    claimId: `c${id}`,
    editionId: "day:2026-03-09",
    subscriberId: id,
    address: `reader${id}@example.com`,
    letterId: "1",
    attempt: 1,
  };
}

function resultOf(id: number): Settlement {
  return { claim: { id, claimId: `c${id}` }, state: "sent", detail: "250 taken" };
}

/** Opens commits over a ledger with the given failures, and records its calls. */
function books(fails: { readonly gate?: boolean; readonly settle?: boolean }) {
  const calls: string[] = [];
  const opened = openCommits({
    ledger: {
      gate: async (claims, _now, ended = []) => {
        calls.push(`gate ${claims.length}+${ended.length}`);
        if (fails.gate) throw new Error("the disk is full");
        return new Set(claims.map(({ id }) => id));
      },
      settle: async (results) => {
        calls.push(`settle ${results.length}`);
        if (fails.settle) throw new Error("the disk is full");
      },
    },
    now: () => NOW,
    sleep: () => Promise.resolve(),
    grouping: { ms: 1, most: () => 2 },
  });
  return { ...opened, calls };
}

describe("openCommits", () => {
  it("writes results and the gates that follow in one call", async () => {
    const { gate, settle, calls } = books({});
    const all = [settle(resultOf(1)), settle(resultOf(2)), gate(claimOf(3)), gate(claimOf(4))];
    expect(await Promise.all(all)).toEqual([undefined, undefined, true, true]);
    expect(calls).toEqual(["gate 2+2"]);
  });

  it("writes results alone when no gate is requested", async () => {
    const { settle, calls } = books({});
    await Promise.all([settle(resultOf(1)), settle(resultOf(2))]);
    expect(calls).toEqual(["settle 2"]);
  });

  it("writes results although the gates in the same call fail", async () => {
    const { gate, settle, calls } = books({ gate: true });
    const all = await Promise.allSettled([settle(resultOf(1)), gate(claimOf(2)), gate(claimOf(3))]);
    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(calls).toEqual(["gate 2+1", "settle 1"]);
  });

  it("lets no gate pass after a result could not be written", async () => {
    const { gate, settle, calls } = books({ settle: true });
    await expect(settle(resultOf(1))).rejects.toThrow("the disk is full");
    expect(calls).toHaveLength(31);
    await expect(gate(claimOf(2))).rejects.toThrow("the disk is full");
    expect(calls.filter((call) => call.startsWith("gate"))).toEqual([]);
  });
});
