import { expect, it } from "vitest";
import { createMasker } from "../../src/core/mask.js";

it.each([
  ["as it is", "the password open&sesame+9 is wrong"],
  ["in a URL", "GET /?key=open%26sesame%2B9"],
  ["in HTML", "<b>open&amp;sesame+9</b>"],
  ["in base64", `AUTH PLAIN ${Buffer.from("open&sesame+9").toString("base64")}`],
])("masks a secret %s", (_where, text) => {
  const mask = createMasker();
  mask.learn(["open&sesame+9"]);
  expect(mask.message(text)).toMatch(/\*\*\*/);
  expect(mask.message(text)).not.toMatch(/sesame|b3Blb/);
  expect(mask.output(text)).toBe(mask.message(text));
});

it("masks the longer of two secrets that overlap", () => {
  const mask = createMasker();
  mask.learn(["sesame", "sesame-street"]);
  expect(mask.message("a sesame-street and a sesame")).toBe("a *** and a ***");
});

it("masks the userinfo of a URL in messages, and keeps it in output such as a letter", () => {
  const mask = createMasker();
  expect(mask.message("no answer from https://me:pw@mirror.example/papers")).toBe(
    "no answer from https://***@mirror.example/papers",
  );
  expect(mask.output("https://me@mirror.example")).toBe("https://me@mirror.example");
});

it("does not mask words of up to five characters, or values that are not text", () => {
  const mask = createMasker();
  mask.learn(["paper", "secret-word"]);
  const at = new Date("2026-03-09T07:00:00Z");
  expect(mask.value({ message: "a paper, secret-word", counts: [1, null, true], at })).toEqual({
    message: "a paper, ***",
    counts: [1, null, true],
    at,
  });
});
