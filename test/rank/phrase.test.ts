import { describe, expect, it } from "vitest";
import { countOf, contains, matchedForm, matchesPhrase, readPhrase, spell } from "../../src/rank/phrase.js";

describe("matchesPhrase", () => {
  it.each([
    ["diffusion", "A Diffusion Model"],
    ["diffusion", "Latent-diffusion, revisited"],
    ["large language model", "Why a Large Language Model Forgets"],
    ["large language model", "large-language model"],
    ["agent", "Agents"],
    ["world model", "World-Models, learned"],
    ["agents", "an agent"],
    ["optimising", "it optimises"],
    ['"world model"', "a world-model"],
    ["“agent”", "one agent"],
    ["transform*", "Transformers all the way"],
    ["transform*", "to transform"],
    ["vision transform*", "Vision Transformers"],
    ["naive", "A naïve baseline"],
    ["Müller", "the MULLER loss"],
    ["fine-tuning", "fine tuning"],
    ["fine-tuning", "finetuning"],
    ["fine tuning", "Fine-Tuning"],
    ["finetuning", "fine-tuning"],
    ["finetun*", "fine-tuned"],
    ["fine-tuning", "parameter-efficient fine-tuning"],
    ["fine-tuning", "fine\u2011tuning"],
    ["GPT-4", "GPT4 against the rest"],
    ["Qwen 2.5", "Qwen-2.5"],
    ["扩散", "一种扩散模型"],
    ["모델", "언어모델을"],
    ["C++", "Proofs in C++"],
  ])("finds %s in %s", (phrase, text) => {
    expect(matchesPhrase(text, phrase)).toBe(true);
  });

  it.each([
    ["diffusion", "a diffusionist account", "half a word"],
    ["diffusion", "prediffusion", "the end of a word"],
    ['"agent"', "Agents", "a plural of a quoted word"],
    ['"world models"', "a world model", "a singular of a quoted phrase"],
    ["agent*", "a gent", "another word"],
    ["large model", "large language model", "words apart"],
    ["model language", "language model", "words in another order"],
    ["fine tuning", "finetuning", "two words for one"],
    ["trans* model", "transformer model", "a star inside"],
    ["GPT-3", "GPT-3.5", "a part of a number"],
    ["Qwen2", "Qwen2.5", "a part of a version"],
    ["110", "pages 1-10", "a range read as a number"],
    ["C++", "C elegans", "another language"],
    ["C", "Proofs in C++", "another language"],
    ["散扩", "扩散", "characters in another order"],
    ["", "anything", "nothing"],
    ["*", "anything", "a star alone"],
    ["++", "a ++ b", "signs"],
  ])("does not find %s in %s: %s", (phrase, text) => {
    expect(matchesPhrase(text, phrase)).toBe(false);
  });
});

describe("spell", () => {
  it("does not match across the texts of a list", () => {
    const keywords = spell(["language", "model"]);
    expect(contains(keywords, readPhrase("model"))).toBe(true);
    expect(contains(keywords, readPhrase("language model"))).toBe(false);
  });

  it("matches nothing in an empty list", () => {
    expect(contains(spell([]), readPhrase("model"))).toBe(false);
  });
});

describe("matchedForm", () => {
  it.each([
    ["world model", "On World Models", "world models"],
    ["fine-tuning", "after finetuning it", "finetuning"],
    ["agents", "agents", null],
    ["agent*", "agentic and agents", "agentic"],
    ["robots", "agents", null],
    ["", "agents", null],
  ])("of %s in %s is %s", (phrase, text, form) => {
    expect(matchedForm(spell(["Other words", text]), readPhrase(phrase))).toBe(form);
  });
});

describe("countOf", () => {
  it.each([
    ["agents", "agents agent, agents", 3],
    ['"agents"', "agents agent, agents", 2],
    ["agent*", "agents and agentic work", 2],
    ["finetuning", "fine-tuning after finetuning", 2],
    ["散", "扩散扩散", 2],
    ["robots", "agents", 0],
    ["++", "a ++ b ++", 0],
  ])("counts %s in %s", (phrase, text, count) => {
    expect(countOf(spell([text]), readPhrase(phrase))).toBe(count);
  });
});
