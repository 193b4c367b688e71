import { expect, it } from "vitest";
import { readCsrfToken, createCsrfToken } from "../../../src/web/site/form.js";

const scope = { secret: Buffer.alloc(32, 1), form: "subscribe" };
const at = new Date("2026-10-05T07:00:00.123Z");
const later = (ms: number) => new Date(at.getTime() + ms);
const csrf = createCsrfToken(scope, at);

it("returns when the form was shown", () => {
  expect(readCsrfToken(csrf, scope, later(5_000))).toEqual(at);
});

it.each([
  ["for another form", csrf, { ...scope, form: "subscriber x" }, 0],
  ["of another site", csrf, { ...scope, secret: Buffer.alloc(32, 2) }, 0],
  ["older than a day", csrf, scope, 24 * 3_600_000 + 1],
  ["from the future", csrf, scope, -61_000],
  ["with a changed time", `B${csrf.slice(1)}`, scope, 0],
  ["that is truncated", csrf.slice(0, -4), scope, 0],
  ["that is empty", "", scope, 0],
])("rejects a token %s", (_what, text, wanted, ms) => {
  expect(readCsrfToken(text, wanted, later(ms))).toBeNull();
});
