import { beforeEach, describe, expect, it } from "vitest";
import type { Claim, LedgerCounts, Settlement, Store } from "../../../src/store/store.js";
import { claim, DAY, HOUR, later, NONE, NOW, prepared } from "./fixtures.js";

/** What an operator may do about deliveries that did not go out, or may not have. */
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
      const parts = { state, detail: "so it was", nextAt: later(HOUR) };
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
    ])("turns %s into %s", async (from, to, expected) => {
      await settleAll(from);
      expect(await store.ledger.decide({ from, to }, NOW)).toBe(3);
      expect(await counts()).toEqual({ ...NONE, prepared: 3, ...expected });
      expect(await store.ledger.decide({ from, to }, NOW)).toBe(0);
    });

    it.each(["deferred", "refused"] as const)("does not call sent what was %s", async (from) => {
      await settleAll(from);
      await expect(store.ledger.decide({ from, to: "sent" }, NOW)).rejects.toMatchObject({ code: "usage" });
      expect((await counts())[from]).toBe(3);
    });

    it("decides for one reader or one edition", async () => {
      await settleAll("refused");
      const decision = { from: "refused", to: "pending" } as const;
      expect(await store.ledger.decide({ ...decision, address: "READER1@example.org" }, NOW)).toBe(1);
      expect(await store.ledger.decide({ ...decision, editionId: "day:1999-01-01" }, NOW)).toBe(0);
      expect(await store.ledger.decide({ ...decision, editionId: DAY.id }, NOW)).toBe(2);
    });

    it("sends an uncertain one again once at most", async () => {
      await settleAll("uncertain");
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW)).toBe(3);
      await settleAll("uncertain");
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW)).toBe(0);
      expect(await counts()).toEqual({ ...NONE, prepared: 3, uncertain: 3 });
    });

    it("sends nothing again after the deadline", async () => {
      await settleAll("uncertain");
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, later(44 * HOUR))).toBe(0);
    });

    it("sends nothing again to somebody who left", async () => {
      await settleAll("uncertain");
      await store.subscribers.change("reader1@example.org", { state: "gone" }, NOW);
      expect(await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW)).toBe(2);
    });

    it("still calls uncertain what may have arrived when the second copy never leaves", async () => {
      await settleAll("uncertain");
      await store.ledger.decide({ from: "uncertain", to: "pending" }, NOW);
      await store.subscribers.change("reader1@example.org", { state: "gone" }, NOW);
      await store.ledger.expire(later(44 * HOUR));
      expect(await counts()).toEqual({ ...NONE, prepared: 3, uncertain: 3 });
    });

    it("takes no late word about a delivery that an operator has decided", async () => {
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
