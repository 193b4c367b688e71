import { describe, expect, it } from "vitest";
import {
  distinctInterests,
  interestOf,
  paperIdOf,
  readInterest,
  withoutPaper,
  writeInterest,
} from "../../src/core/interests.js";

describe("paperIdOf", () => {
  it.each([
    "2603.14473",
    " 2603.14473v2 ",
    "arXiv:2603.14473",
    "https://arxiv.org/abs/2603.14473",
    "http://www.arxiv.org/pdf/2603.14473v1.pdf",
    "https://arxiv.org/html/2603.14473v3#S2",
    "https://huggingface.co/papers/2603.14473",
    "huggingface.co/papers/2603.14473?ref=mail",
    "https://hf.co/papers/2603.14473",
    "https://doi.org/10.48550/arXiv.2603.14473",
    "10.48550/arXiv.2603.14473",
  ])("reads %s", (text) => {
    expect(paperIdOf(text)).toBe("2603.14473");
  });

  it.each(["agents", "2603", "https://example.org/papers/2603.14473", "2603.14473 and more", ""])(
    "finds no id in %j",
    (text) => {
      expect(paperIdOf(text)).toBeNull();
    },
  );
});

describe("interestOf", () => {
  it.each([
    ["https://arxiv.org/abs/2603.14473", "2603.14473"],
    ["library.bib", "file:library.bib"],
    ["file:library.bib", "file:library.bib"],
    ["tool use", "tool use"],
  ])("writes %s as %s", (text, entry) => {
    expect(interestOf(text)).toBe(entry);
  });
});

describe("writeInterest and readInterest", () => {
  it.each([
    { id: "2603.14473", title: null, abstract: null },
    { id: "2603.14473", title: "Lanterns", abstract: null },
    { id: null, title: "Lanterns", abstract: "They glow." },
    { id: "2603.14473", title: "Lanterns", abstract: "They glow." },
  ])("return the same for $id, $title, $abstract", (interest) => {
    expect(readInterest(writeInterest(interest))).toEqual(interest);
  });

  it("keep a title with a bar in one part, and a text on one line", () => {
    const entry = writeInterest({ id: null, title: "A | B\nC", abstract: null });
    expect(readInterest(entry)).toEqual({ id: null, title: "A B C", abstract: null });
  });
});

it("keeps one entry per paper, and removes it by its id", () => {
  const entries = ["2603.14473 | Lanterns", "2603.14473", "Tool use", "tool use"];
  expect(distinctInterests(entries)).toEqual(["2603.14473 | Lanterns", "Tool use"]);
  expect(withoutPaper(entries, "2603.14473")).toEqual(["Tool use", "tool use"]);
});
