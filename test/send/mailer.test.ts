import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PaperboyError } from "../../src/core/errors.js";
import { DELIVERY_STATES, type Delivery } from "../../src/core/model.js";
import { deliver, tally } from "../../src/send/mailer.js";
import type { Mailer } from "../../src/send/mailer.js";
import { messagesFor } from "./message/letters.js";

const NONE = { prepared: 0, sent: 0, deferred: 0, refused: 0, uncertain: 0, suppressed: 0, expired: 0, pending: 0 };
const PEOPLE = ["a@example.com", "b@example.com", "c@example.com"];

/** A mailer whose result depends on the reader's address. */
function mailer(answer: (to: string) => Promise<Delivery>): Mailer & { readonly tried: string[] } {
  const tried: string[] = [];
  return {
    name: "smtp",
    tried,
    send: ({ to }) => {
      tried.push(to);
      return answer(to);
    },
    close: () => Promise.resolve(),
  };
}

const taken = (to: string): Promise<Delivery> => Promise.resolve({ to, state: "sent", detail: "250 taken" });

const allButB = (to: string): Promise<Delivery> =>
  to === "b@example.com" ? Promise.resolve({ to, state: "refused", detail: "550 no such user" }) : taken(to);

describe("deliver", () => {
  it("tries every message, also after a refusal, and reports each in order", async () => {
    const seen: [string, number][] = [];
    const outcome = await deliver(await messagesFor(PEOPLE), mailer(allButB), ({ to, state }, index) =>
      seen.push([`${to} ${state}`, index]),
    );
    expect(outcome).toEqual({ counts: { ...NONE, prepared: 3, sent: 2, refused: 1 }, stopped: null });
    expect(seen).toEqual([
      ["a@example.com sent", 0],
      ["b@example.com refused", 1],
      ["c@example.com sent", 2],
    ]);
  });

  it("stops at a fault that affects every message, and leaves the rest pending", async () => {
    const fault = new PaperboyError("send-incomplete", { message: "no answer", hint: "Switch it on." });
    const broken = mailer((to) => (to === "a@example.com" ? taken(to) : Promise.reject(fault)));
    const deliveries: Delivery[] = [];
    const outcome = await deliver(await messagesFor(PEOPLE), broken, (delivery) => deliveries.push(delivery));
    expect(outcome).toEqual({ counts: { ...NONE, prepared: 3, sent: 1, deferred: 1, pending: 1 }, stopped: fault });
    expect(broken.tried).toEqual(["a@example.com", "b@example.com"]);
    expect(deliveries.slice(1)).toEqual([
      { to: "b@example.com", state: "deferred", detail: "no answer" },
      { to: "c@example.com", state: "pending", detail: "not tried: no answer" },
    ]);
  });

  it("rethrows every other error", async () => {
    const full = new PaperboyError("config-invalid", { message: "the disk is full" });
    await expect(
      deliver(
        await messagesFor(PEOPLE),
        mailer(() => Promise.reject(full)),
      ),
    ).rejects.toBe(full);
  });

  it("accepts an empty list", async () => {
    expect(await deliver([], mailer(taken))).toEqual({ counts: NONE, stopped: null });
  });
});

it("tally counts prepared as the sum of all states", () => {
  const states = DELIVERY_STATES;
  const deliveries = fc.array(fc.record({ to: fc.string(), state: fc.constantFrom(...states), detail: fc.string() }));
  fc.assert(
    fc.property(deliveries, (list) => {
      const { prepared, ...others } = tally(list);
      expect(prepared).toBe(list.length);
      expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(prepared);
    }),
  );
});
