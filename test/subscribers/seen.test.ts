import { expect, it } from "vitest";
import { createSeen } from "../../src/subscribers/seen.js";

it("knows each address again after ever so many others", () => {
  const seen = createSeen();
  const addresses = Array.from({ length: 20_000 }, (_, index) => `Reader${index}@example${index % 7}.com`);
  expect(addresses.filter((address) => seen(address))).toEqual([]);
  expect(addresses.filter((address) => !seen(address.toUpperCase()))).toEqual([]);
});

it("remembers for one import alone", () => {
  createSeen()("you@example.com");
  expect(createSeen()("you@example.com")).toBe(false);
});
