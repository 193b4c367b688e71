import { describe, expect, it } from "vitest";
import { PaperboyError } from "../../../src/core/errors.js";
import { assertChecksPass, CHECKS } from "../../../src/render/checks/index.js";
import { CONTENT_BREAKS } from "./breaks-content.js";
import { DOCUMENT_BREAKS } from "./breaks-document.js";
import { INBOX_BREAKS } from "./breaks-inbox.js";
import { added, both, check, html, letter, resultOf, soundCase } from "./broken.js";
import type { Breaks } from "./broken.js";
import { PASSES } from "./passes.js";

/** For every check at least one letter that fails it. */
const BREAKS: Breaks = { ...INBOX_BREAKS, ...DOCUMENT_BREAKS, ...CONTENT_BREAKS };

describe("the table of checks", () => {
  it("has a letter that fails for every check, and no other", () => {
    expect(Object.keys(BREAKS).toSorted()).toEqual(CHECKS.map(({ id }) => id).toSorted());
  });

  it("names each check once, and says what it looks at and how to mend it", () => {
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
    for (const { looksAt, mend } of CHECKS) {
      expect(looksAt).toMatch(/^\S.{15,}[^.]$/);
      expect(mend).toMatch(/^[A-Z].{15,}\.$/);
    }
  });
});

describe("a sound letter", () => {
  const results = check(soundCase());
  it.each(CHECKS.map(({ id }) => id))("passes %s", (id) => {
    expect(results.find((result) => result.id === id)).toMatchObject({ passed: true, findings: [] });
  });

  it("may be sent", () => {
    expect(() => assertChecksPass(results)).not.toThrow();
  });
});

describe.each(Object.entries(BREAKS))("%s", (id, breaks) => {
  it.each(breaks)("fails by $by", ({ change, says }) => {
    const { passed, findings } = resultOf(id, change(soundCase()));
    expect(passed).toBe(false);
    expect(findings.map(({ message }) => message)).toContainEqual(expect.stringMatching(says));
  });
});

describe("no false alarm", () => {
  it.each(PASSES)("$id: $by", ({ id, change }) => {
    expect(resultOf(id, change(soundCase())).findings).toEqual([]);
  });
});

describe("what is told", () => {
  it("tells a finding that repeats itself once, with the first place and how often", () => {
    const { findings } = resultOf(
      "alt-texts",
      letter((old) => ({ html: old.html.replaceAll(/ alt="[^"]*"/g, "") }))(soundCase()),
    );
    expect(findings).toEqual([
      { message: "a picture without alternative text", where: expect.stringContaining("img.thumbnail"), count: 12 },
    ]);
  });

  it("never tells a reader's address", () => {
    const told = JSON.stringify(check(added("reader@example.com")(soundCase())));
    expect(told).not.toMatch(/reader@example/i);
  });

  it("stops a letter with errors, and names them", () => {
    const broken = both(added("{{name}}"), html(' lang="en"', ""))(soundCase());
    const stop = () => assertChecksPass(check(broken));
    expect(stop).toThrow(PaperboyError);
    expect(stop).toThrow(
      expect.objectContaining({
        code: "config-invalid",
        message: expect.stringMatching(/language .*leftover-template/),
      }),
    );
  });

  it("does not stop a letter for a warning", () => {
    expect(() => assertChecksPass(check(added("<h1>Again</h1>")(soundCase())))).not.toThrow();
  });
});
