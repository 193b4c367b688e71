import { describe, expect, it } from "vitest";
import { PaperboyError } from "../../../src/core/errors.js";
import { assertChecksPass, CHECKS } from "../../../src/render/checks/index.js";
import { CONTENT_BREAKS } from "./breaks-content.js";
import { DOCUMENT_BREAKS } from "./breaks-document.js";
import { INBOX_BREAKS } from "./breaks-inbox.js";
import { added, both, check, html, resultOf, validCase } from "./broken.js";
import type { Breaks } from "./broken.js";
import { PASSES } from "./passes.js";

/** At least one failing letter for every check. */
const BREAKS: Breaks = { ...INBOX_BREAKS, ...DOCUMENT_BREAKS, ...CONTENT_BREAKS };

describe("the table of checks", () => {
  it("has at least one failing letter for every check", () => {
    expect(Object.keys(BREAKS).toSorted()).toEqual(CHECKS.map(({ id }) => id).toSorted());
  });

  it("names each check once, with a requirement and a fix", () => {
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
    for (const { requires, fix } of CHECKS) {
      expect(requires).toMatch(/^\S.{15,}[^.]$/);
      expect(fix).toMatch(/^[A-Z].{15,}\.$/);
    }
  });
});

describe("a valid letter", () => {
  const results = check(validCase());
  it.each(CHECKS.map(({ id }) => id))("passes %s", (id) => {
    expect(results.find((result) => result.id === id)).toMatchObject({ passed: true, findings: [] });
  });

  it("passes assertChecksPass", () => {
    expect(() => assertChecksPass(results)).not.toThrow();
  });
});

describe.each(Object.entries(BREAKS))("%s", (id, breaks) => {
  it.each(breaks)("fails by $by", ({ change, says }) => {
    const { passed, findings } = resultOf(id, change(validCase()));
    expect(passed).toBe(false);
    expect(findings.map(({ message }) => message)).toContainEqual(expect.stringMatching(says));
  });
});

describe("no false positive", () => {
  it.each(PASSES)("$id: $by", ({ id, change }) => {
    expect(resultOf(id, change(validCase())).findings).toEqual([]);
  });
});

describe("findings", () => {
  it("merge equal findings into one with the first place and a count", () => {
    const { findings } = resultOf(
      "alt-texts",
      both(added('<img src="https://pictures.example/b.png">'), html(/ alt="[^"]*"/, ""))(validCase()),
    );
    expect(findings).toEqual([
      { message: "the picture has no alternative text", where: expect.stringContaining("img.picture"), count: 2 },
    ]);
  });

  it("never contain a reader's address", () => {
    const results = JSON.stringify(check(added("reader@example.com")(validCase())));
    expect(results).not.toMatch(/reader@example/i);
  });

  it("stop a letter with errors and name the failed checks", () => {
    const broken = both(added("{{name}}"), html(' lang="en"', ""))(validCase());
    const stop = () => assertChecksPass(check(broken));
    expect(stop).toThrow(PaperboyError);
    expect(stop).toThrow(
      expect.objectContaining({
        code: "config-invalid",
        message: expect.stringMatching(/language .*leftover-template/),
      }),
    );
  });

  it("do not stop a letter for a warning", () => {
    expect(() => assertChecksPass(check(added("<h1>Again</h1>")(validCase())))).not.toThrow();
  });
});
