import { expect, it } from "vitest";
import { readSeal, sealForm } from "../../../src/web/site/csrf-token.js";

const scope = { secret: Buffer.alloc(32, 1), form: "subscribe" };
const at = new Date("2026-10-05T07:00:00.123Z");
const later = (ms: number) => new Date(at.getTime() + ms);
const seal = sealForm(scope, at);

it("tells when its form was shown", () => {
  expect(readSeal(seal, scope, later(5_000))).toEqual(at);
});

it.each([
  ["of another form", seal, { ...scope, form: "reader x" }, 0],
  ["of another site", seal, { ...scope, secret: Buffer.alloc(32, 2) }, 0],
  ["older than a day", seal, scope, 24 * 3_600_000 + 1],
  ["from a time to come", seal, scope, -61_000],
  ["with another time", `B${seal.slice(1)}`, scope, 0],
  ["cut short", seal.slice(0, -4), scope, 0],
  ["that is none", "", scope, 0],
])("does not take a seal %s", (_what, text, wanted, ms) => {
  expect(readSeal(text, wanted, later(ms))).toBeNull();
});
