import { describe, expect, it } from "vitest";
import { idInPath, renderedCount, slugInPath, submitterName } from "../../src/parse/rendered.js";

describe("rendered values", () => {
  it.each([
    ["-", 0],
    [" 12\n", 12],
    ["1.92k", 1920],
    ["26k", 26_000],
    ["62.2k", 62_200],
    ["1.5M", 1_500_000],
    ["many", "many"],
    ["-3", "-3"],
    ["1e9", "1e9"],
    ["", ""],
    ["12 34", "12 34"],
  ])("reads the number %j as %j", (shown, count) => {
    expect(renderedCount(shown)).toBe(count);
  });

  it.each([
    ["/papers/2603.01234", "2603.01234"],
    ["https://papers.example.org/papers/2603.01234", "2603.01234"],
    ["/papers/0704.0001", "0704.0001"],
    ["/papers/2603.01234v2", "2603.01234"],
    ["/papers/trending", null],
    ["/papers/2603.01234/../../admin", null],
    ["/papers/2603.01234#community", null],
    ["/papers/date/2026-03-09", null],
  ])("finds the id in %j", (href, id) => {
    expect(idInPath(href)).toBe(id);
  });

  it.each([
    ["/institute-of-lamps", "institute-of-lamps"],
    ["https://papers.example.org/lamps.org", "lamps.org"],
    ["/papers/2603.01234", null],
    ["//attacker.example", null],
    [null, null],
  ])("finds the short name in %j", (href, slug) => {
    expect(slugInPath(href)).toBe(slug);
  });

  it.each([
    ["Submitted by\n  adaquill ", { name: "adaquill " }],
    ["  Submitted by bo", { name: "bo" }],
    ["Submitted by ", null],
    ["Featured", null],
  ])("finds the submitter in %j", (shown, name) => {
    expect(submitterName(shown)).toEqual(name);
  });
});
