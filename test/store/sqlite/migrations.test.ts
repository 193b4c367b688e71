import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { MIGRATIONS } from "../../../src/store/sqlite/migrations.js";

/** The SHA-256 of each step. A step that has been released never changes: add a new one, and its hash here. */
const RELEASED: readonly string[] = [
  "74715ebce823c973af4e12a0c5fe93927da1efacb5f2af8dc71ed9106d6f3b1e",
  "c4dab896ab14b2a35ae29414674a3b88935753af5cb5860f2e98e5d92eab9679",
];

it("never changes a step that was released", () => {
  expect(MIGRATIONS.map((step) => createHash("sha256").update(step).digest("hex"))).toEqual(RELEASED);
});
