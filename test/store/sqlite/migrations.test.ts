import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { MIGRATIONS } from "../../../src/store/sqlite/migrations.js";

/** The SHA-256 of each step. A step that has been released never changes: add a new one, and its hash here. */
const RELEASED: readonly string[] = ["74715ebce823c973af4e12a0c5fe93927da1efacb5f2af8dc71ed9106d6f3b1e"];

it("never changes a step that was released", () => {
  expect(MIGRATIONS.map((step) => createHash("sha256").update(step).digest("hex"))).toEqual(RELEASED);
});
