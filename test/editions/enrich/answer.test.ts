import { describe, expect, it } from "vitest";
import { parseAnswer } from "../../../src/editions/enrich/answer.js";

const PAPERS = [{ id: "2603.00001" }, { id: "2603.00002" }];

const parse = (entries: unknown) => parseAnswer(JSON.stringify({ papers: entries }), PAPERS);

describe("an answer", () => {
  it("has the texts of some papers, cleaned like those of a page", () => {
    const answer = parse([
      { id: "2603.00002", summary: "  Zwei\n Sätze\u202E mit $\\alpha$. ", title: "Kranke <b>", keywords: ["a ", ""], note: null },
    ]); // prettier-ignore
    expect(answer).toEqual({
      ok: true,
      texts: new Map([["2603.00002", { summary: "Zwei Sätze mit α.", title: "Kranke <b>", keywords: ["a"] }]]),
    });
  });

  it("may be empty, begin with a byte order mark and have other keys", () => {
    expect(parseAnswer('\uFEFF{"papers":[],"model":"x"}', PAPERS)).toEqual({ ok: true, texts: new Map() });
    expect(parse([{ id: "2603.00001", summary: " ", cost: 3 }])).toEqual({ ok: true, texts: new Map([["2603.00001", {}]]) });
  }); // prettier-ignore

  it.each([
    ["is not JSON", "Sure! Here is", /^is not JSON such as/],
    ["is empty", "", /^is not JSON such as/],
    ["has no papers", '{"paper":[]}', /^is not JSON such as/],
    ["has papers that are no list", '{"papers":{"2603.00001":"x"}}', /^is not JSON such as/],
    ["is nested without end", "[".repeat(200_000), /^is not JSON such as/],
  ])("is refused when it %s", (_, output, why) => {
    expect(parseAnswer(output, PAPERS)).toMatchObject({ ok: false, why: expect.stringMatching(why) });
  });

  it.each([
    ["no id", [{ summary: "x" }], "has no id in papers[0]"],
    ["an unknown id", [{ id: "2603.00001" }, { id: "2603.99999" }], 'has the unknown id "2603.99999"'],
    ["an id twice", [{ id: "2603.00001" }, { id: "2603.00001" }], "has the id 2603.00001 twice"],
    ["a summary that is no text", [{ id: "2603.00001", summary: 7 }], "has an invalid or too long summary of 2603.00001"],
    ["a title without end", [{ id: "2603.00001", title: "x".repeat(6000) }], "has an invalid or too long title of 2603.00001"],
    ["keywords that are no list", [{ id: "2603.00001", keywords: "a" }], "has an invalid or too long keywords of 2603.00001"],
  ])("is refused as a whole with %s", (_, entries, why) => {
    expect(parse(entries)).toEqual({ ok: false, why });
  }); // prettier-ignore
});
