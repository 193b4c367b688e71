import { describe, expect, it } from "vitest";
import { type ClaimQueueParts, openClaimQueue } from "../../../src/send/worker/claim-queue.js";
import type { Claim } from "../../../src/store/store.js";

const claimOf = (id: number): Claim => ({
  id,
  claimId: "c",
  editionId: "day:2026-03-10",
  subscriberId: id,
  address: `reader${id}@example${id % 2}.com`,
  letterId: "1",
  attempt: 1,
});

/** Opens a queue over `total` deliveries in batches of eight; `claimed` has the size of each claim. */
function queueOf(total: number, parts: Partial<ClaimQueueParts> = {}) {
  const claimed: number[] = [];
  let next = 0;
  const queue = openClaimQueue({
    claim: (most) => {
      const claims = Array.from({ length: Math.min(most, total - next) }, (_, index) => claimOf(next + index + 1));
      next += claims.length;
      claimed.push(claims.length);
      return Promise.resolve(claims);
    },
    allowed: () => 2,
    batch: 8,
    perDomain: Number.POSITIVE_INFINITY,
    ...parts,
  });
  return { queue, claimed };
}

describe("openClaimQueue", () => {
  it("claims the next batch before the last one is used up, so that connections never idle", async () => {
    const { queue, claimed } = queueOf(20);
    expect((await queue.next(0))?.id).toBe(1);
    const taken = Array.from({ length: 5 }, () => queue.ahead(0)?.id);
    expect([taken, claimed]).toEqual([[2, 3, 4, 5, 6], [8]]);
    expect(queue.ahead(0)?.id).toBe(7);
    expect(claimed).toEqual([8, 8]);
    expect(queue.ahead(0)?.id).toBe(8);
    expect((await queue.remaining()).map(({ id }) => id)).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
    expect(queue.ahead(0)?.id).toBe(9);
  });

  it("hands out every delivery once, then null", async () => {
    const { queue, claimed } = queueOf(20);
    const seen: number[] = [];
    const work = async (connection: number): Promise<void> => {
      for (let claim = await queue.next(connection); claim !== null; claim = await queue.next(connection)) {
        seen.push(claim.id);
        queue.done(claim);
      }
    };
    await Promise.all([work(0), work(1), work(2)]);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(claimed.at(-1)).toBe(0);
    expect(await queue.remaining()).toEqual([]);
  });

  it("ends when claiming ahead fails, and rejects the next request with the cause", async () => {
    let calls = 0;
    const { queue } = queueOf(0, {
      claim: () => (calls++ === 0 ? Promise.resolve([1, 2].map(claimOf)) : Promise.reject(new Error("disk is full"))),
    });
    await queue.next(0);
    expect(queue.ahead(0)?.id).toBe(2);
    expect(await queue.remaining()).toEqual([]);
    expect(queue.isEnded()).toBe(true);
    await expect(queue.next(0)).rejects.toThrow("disk is full");
  });

  it("waits, once ended, for a claim in progress, so that it can be returned", async () => {
    const asked: ((claims: readonly Claim[]) => void)[] = [];
    let calls = 0;
    const { queue } = queueOf(0, {
      claim: () =>
        calls++ === 0 ? Promise.resolve([1, 2].map(claimOf)) : new Promise((resolve) => void asked.push(resolve)),
    });
    await queue.next(0);
    queue.ahead(0);
    queue.end();
    const left = queue.remaining();
    asked[0]?.([3, 4].map(claimOf));
    expect((await left).map(({ id }) => id)).toEqual([3, 4]);
    expect(await queue.next(0)).toBeNull();
  });

  it("limits deliveries per domain when a limit is set", async () => {
    const { queue } = queueOf(8, { perDomain: 1 });
    expect((await queue.next(0))?.id).toBe(1);
    expect(queue.ahead(0)?.id).toBe(2);
    expect(queue.ahead(0)).toBeNull();
    queue.putBack(claimOf(2));
    expect(queue.ahead(0)?.id).toBe(2);
    queue.done(claimOf(1));
    expect(queue.ahead(0)?.id).toBe(3);
  });
});
