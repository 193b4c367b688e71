import { expect, it } from "vitest";
import { BUDGET } from "../../../src/render/budget.js";
import { createRenderer, DEFAULT_BRANDING } from "../../../src/render/renderer.js";
import { measureSizes } from "../../../src/web/studio/sizes.js";
import { makeDigest, makePapers } from "../../support/papers-model.js";

const renderer = createRenderer({ branding: DEFAULT_BRANDING });
const letterOf = (papers: number) => renderer.letter(makeDigest(makePapers(papers)));
const bare = letterOf(0);

it("assigns every byte of the HTML part to a component", () => {
  const letter = letterOf(12);
  const { parts, limits } = measureSizes(letter, bare);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(total).toBe(Buffer.byteLength(letter.html));
  expect(limits.map(({ most }) => most)).toEqual([BUDGET.html, BUDGET.htmlEncoded, BUDGET.text]);
  expect(limits[0]?.bytes).toBe(total);
  for (const { bytes } of parts) expect(bytes).toBeGreaterThan(0);
});

it("counts additional papers only under papers", () => {
  const [few, many] = [measureSizes(letterOf(5), bare), measureSizes(letterOf(15), bare)];
  const bytesOf = ({ parts }: typeof few, wanted: string) => parts.find(({ name }) => name === wanted)?.bytes ?? 0;
  expect(bytesOf(many, "papers")).toBeGreaterThan(2 * bytesOf(few, "papers"));
  for (const name of ["style sheet", "footer"]) expect(bytesOf(many, name)).toBe(bytesOf(few, name));
});

it("works without the letter that has no papers", () => {
  const { parts } = measureSizes(letterOf(2), null);
  expect(parts[0]).toEqual({ name: "papers", bytes: 0 });
});
