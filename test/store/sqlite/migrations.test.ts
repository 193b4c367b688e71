import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { MIGRATIONS } from "../../../src/store/sqlite/migrations.js";

/** The SHA-256 of each step. A step that has been released never changes: add a new one, and its hash here. */
const RELEASED: readonly string[] = [
  "74715ebce823c973af4e12a0c5fe93927da1efacb5f2af8dc71ed9106d6f3b1e",
  "c4dab896ab14b2a35ae29414674a3b88935753af5cb5860f2e98e5d92eab9679",
  "50c7ef6ec6d224ea837ee6f1a25fc1190e88d66d63232b840fa776fbcd956b6c",
  "c73bed5be712a1b8d9a64f5c454a9ffd4ddee4c53ed8a7497b1a1b00ec0c9b66",
  "a731861cdf88e85b196dbbf8b7a78c2d96267666d7b74461d294896c48f6d5a9",
];

it("never changes a step that was released", () => {
  expect(MIGRATIONS.map((step) => createHash("sha256").update(step).digest("hex"))).toEqual(RELEASED);
});
