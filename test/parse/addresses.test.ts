import { describe, expect, it } from "vitest";
import { extractAddresses } from "../../src/parse/addresses.js";

const TITLE = "Quill: Writing with Ink";
const CODE = "https://github.com/scriptorium/quill";
const PROJECT = "https://quill-ink.github.io/";
const FIRST = "We write with ink.";

const take = (abstract: string, links: { readonly codeUrl?: string; readonly projectUrl?: string } = {}) =>
  extractAddresses(
    { abstract, codeUrl: null, projectUrl: null, ...links },
    { title: TITLE, site: "https://huggingface.co" },
  );

describe("an address in an abstract", () => {
  it.each([
    [`Code is available at ${CODE}.`, CODE, null],
    [`The code: ${CODE}/.`, `${CODE}/`, null],
    ["Our code is at github.com/scriptorium/quill.", CODE, null],
    [`All code and models are released (${CODE}/tree/main/v2).`, `${CODE}/tree/main/v2`, null],
    [`Project page: ${PROJECT}`, null, PROJECT],
    [
      "Data: https://huggingface.co/datasets/scriptorium/quill.",
      null,
      "https://huggingface.co/datasets/scriptorium/quill",
    ],
    ["See https://quill.example.", null, "https://quill.example"],
    [`Code is available at ${CODE}, and the project page is ${PROJECT}.`, CODE, PROJECT],
  ])("becomes a link: %s", (sentence, codeUrl, projectUrl) => {
    expect(take(`${FIRST} ${sentence}`)).toEqual({ abstract: FIRST, codeUrl, projectUrl });
  });

  it.each([
    "As in https://arxiv.org/abs/2603.01234, we write.",
    "It is built on https://github.com/others/pen, a tool.",
    "See https://user:pass@quill.example/.",
  ])("of another's work does not become a link: %s", (sentence) => {
    expect(take(`${FIRST} ${sentence}`)).toEqual({ abstract: `${FIRST} ${sentence}`, codeUrl: null, projectUrl: null });
  });

  it("does not replace the links of the page", () => {
    const abstract = `${FIRST} Our code, with a pen for every hand, is at https://github.com/others/pen.`;
    expect(take(abstract, { codeUrl: CODE, projectUrl: PROJECT })).toEqual({
      abstract,
      codeUrl: CODE,
      projectUrl: PROJECT,
    });
  });
});

describe("a sentence with an address", () => {
  const links = { codeUrl: CODE, projectUrl: PROJECT };

  it.each([
    `Code is available at ${CODE}.`,
    `To facilitate future research, we release our code (GitHub (${CODE})).`,
    `Our code, data and models will be made publicly available at ${CODE}.`,
    `Project page: ${PROJECT} Code: ${CODE}.`,
    `The source code of Quill can be found at http://www.github.com/Scriptorium/quill.git.`,
    `Please visit our website (${PROJECT}) for videos and more results.`,
  ])("is removed if it only repeats a link: %s", (sentence) => {
    expect(take(`${FIRST} ${sentence}`, links).abstract).toBe(FIRST);
    expect(take(`${sentence} ${FIRST}`, links).abstract).toBe(FIRST);
  });

  it.each([
    `We release 500 nibs at ${CODE}.`,
    `The code is available at ${CODE} under the MIT license.`,
    `Code is available at ${CODE} and data at https://data.example/nibs.`,
  ])("stays if it says more: %s", (sentence) => {
    expect(take(`${FIRST} ${sentence}`, links).abstract).toBe(`${FIRST} ${sentence}`);
  });

  it("loses brackets that only repeat a link", () => {
    const written = `We release 500 nibs (${CODE}), and (code: ${CODE}) write (GitHub (${CODE})).`;
    expect(take(written, links).abstract).toBe("We release 500 nibs, and write.");
  });

  it("stays if the abstract says nothing else", () => {
    expect(take(`Code: ${CODE}.`, links).abstract).toBe(`Code: ${CODE}.`);
  });

  it("may be missing", () => {
    const linked = { abstract: null, codeUrl: null, projectUrl: PROJECT };
    expect(extractAddresses(linked, { title: TITLE, site: "https://huggingface.co" })).toEqual(linked);
  });
});
