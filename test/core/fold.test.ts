import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeHyphens, fold, words } from "../../src/core/fold.js";
import { anyCharacter } from "../support/seed.js";

describe("fold", () => {
  it.each([
    ["case", "LoRA", "lora"],
    ["diacritics", "Naïve Ångström", "naive angstrom"],
    ["combining diacritics", "Mu\u0308ller", "muller"],
    ["letters without a decomposition", "Straße Łódź Ørsted Þór cœur", "strasse lodz orsted thor coeur"],
    ["a capital sharp s", "STRAẞE", "strasse"],
    ["the Turkish i, dotted and not", "İstanbul ısı", "istanbul isi"],
    ["Greek, whichever sigma", "Σίσυφος", "σισυφοσ"],
    ["Cyrillic marks", "Ёлка", "елка"],
    ["ligatures", "ﬁne-tuning", "fine-tuning"],
    ["full width", "ＧＰＴ", "gpt"],
    ["a soft hyphen and a zero-width space", "dif\u00ADfu\u200Bsion", "diffusion"],
    ["not Han", "扩散模型", "扩散模型"],
    ["not Hangul", "모델", "모델"],
    ["not the voicing of kana", "がぎ パ", "がぎ パ"],
    ["not the vowels of Devanagari", "हिन्दी", "हिन्दी"],
  ])("folds %s", (_, text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 40 }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe("words", () => {
  it.each([
    ["parts at hyphens and punctuation", "fine-tuning (again), really", ["fine", "tuning", "again", "really"]],
    ["keeps a decimal number whole", "qwen2.5 at 3.5. end", ["qwen2.5", "at", "3.5", "end"]],
    ["keeps C++ and C# apart from C", "c c++ c# llm++", ["c", "c++", "c#", "llm"]],
    ["takes each Han character for a word", "扩散 llm模型", ["扩", "散", "llm", "模", "型"]],
    ["keeps the long vowel of kana", "モデルー", ["モ", "デ", "ル", "ー"]],
    ["keeps vowel signs on their letter", "हिन्दी", ["हिन्दी"]],
    ["finds none in signs", "-- ++ * 🤗", []],
  ])("%s", (_, folded, found) => {
    expect(words(folded)).toEqual(found);
  });
});

it("folds ASCII letters in the same way next to other letters", () => {
  const ascii = fc.array(
    fc.oneof(fc.string({ unit: "binary-ascii" }), fc.constantFrom("C++", "C#", "3.5", "gpt-4", "-", ".", "A1")),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(ascii, (parts) => {
      const text = parts.join("");
      expect(`${fold(text)} λ`).toBe(fold(`${text} λ`));
      expect([...words(text), "λ"]).toEqual(words(`${text} λ`));
      expect(`${closeHyphens(text)} λ`).toBe(closeHyphens(`${text} λ`));
    }),
    { numRuns: 1_000 },
  );
});

describe("closeHyphens", () => {
  it.each([
    ["fine-tuning", "finetuning"],
    ["gpt-4 and 3-d", "gpt4 and 3d"],
    ["1-10", "1-10"],
    ["-dash - dash-", "-dash - dash-"],
    ["image–text", "image–text"],
  ])("writes %s as %s", (text, closed) => {
    expect(closeHyphens(text)).toBe(closed);
  });
});
