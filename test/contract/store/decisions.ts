import { beforeEach, describe, expect, it } from "vitest";
import type { Claim, LedgerCounts, Settlement, Store } from "../../../src/store/store.js";
import { claim, DAY, HOUR, later, NONE, NOW, prepared } from "./fixtures.js";

/** An operator's decisions about deferred, refused and uncertain deliveries. */
export function decisionContract(use: () => Store): void {
  describe("decisions", () => {
    let store: Store;
    beforeEach(async () => {
      store = use();
      await prepared(store, 3);
    });

    const counts = (): Promise<LedgerCounts> => store.ledger.counts({ editionId: DAY.id, channel: "smtp" });
    const settleAll = async (state: Settlement["state"]): Promise<readonly Claim[]> => {
      const claims = await claim(store);
      await store.ledger.gate(claims, NOW);
      const parts = { state, detail: "the reply", nextAt: later(HOUR) };
      await store.ledger.settle(
        claims.map((one) => ({ claim: one, ...parts })),
        NOW,
      );
      return claims;
    };

    it.each<["deferred" | "refused" | "uncertain", "pending" | "sent" | "refused", object]>([
      ["deferred", "pending", { pending: 3 }],
      ["refused", "pending", { pending: 3 }],
      ["uncertain", "pending", { pending: 3 }],
      ["uncertain", "sent", { sent: 3 }],
      ["uncertain", "refused", { refused: 3 }],
    ])("changes %s deliveries to %s", async (from, to, expected) => {
      await settleAll(from);
      expect(await store.ledger.decide({ from, to }, NOW)).toBe(3);
      expect(await counts()).toEqual({ ...NONE, prepared: 3, ...expected });
      expect(await store.ledger.decide({ from, to }, NOW)).toBe(0);
    });

    it.each(["deferred", "refused"] as const)("refuses to mark %s deliveries as sent", async (from) => {
      await settleAll(from);
      await expect(store.ledger.decide({ from, to: "sent" }, NOW)).rejects.toMatchObject({ code: "usage" });
      expect((await counts())[from]).toBe(3);
    });

    it("applies a decision to one reader or one edition", async () => {
      await settleAll("refused");
      const decision = { from: "refused", to: "pending" } as const;
      expect(await store.ledger.decide({ ...decision, address: "READER1@example.org" }, NOW)).toBe(1);
      expect(await store.ledger.decide({ ...decision, editionId: "day:1999-01-01" }, NOW)).toBe(0);
      expect(await store.ledger.decide({ ...decision, editionId: DAY.id }, NOW)).toBe(2);
    });

    it("queues an uncertain delivery again at most once", async () => {
      await settleAll("uncertain");
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW)).toBe(3);
      await settleAll("uncertain");
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW)).toBe(0);
      expect(await counts()).toEqual({ ...NONE, prepared: 3, uncertain: 3 });
    });

    it("queues nothing again after the deadline", async () => {
      await settleAll("uncertain");
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, later(44 * HOUR))).toBe(0);
    });

    it("queues nothing again for a reader who has left", async () => {
      await settleAll("uncertain");
      await store.subscribers.change("reader1@example.org", { state: "gone" }, NOW);
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW)).toBe(2);
    });

    it("keeps a delivery uncertain when its second copy is never sent", async () => {
      await settleAll("uncertain");
      await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW);
      await store.subscribers.change("reader1@example.org", { state: "gone" }, NOW);
      await store.ledger.expire(later(44 * HOUR));
      expect(await counts()).toEqual({ ...NONE, prepared: 3, uncertain: 3 });
    });

    it("ignores a late result of a delivery that an operator has decided", async () => {
      const claims = await settleAll("uncertain");
      await store.ledger.decide({ from: "uncertain", to: "refused" }, NOW);
      await store.ledger.settle(
        claims.map((one) => ({ claim: one, state: "sent", detail: "250" })),
        NOW,
      );
      expect(await counts()).toEqual({ ...NONE, prepared: 3, refused: 3 });
    });
  });
}
