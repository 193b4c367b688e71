import type { Digest, Paper, RisingPaper, View } from "../../src/core/model.js";
import { rank } from "../../src/rank/digest.js";
import { makeDigest, makePaper, makePapers } from "../support/papers-model.js";

/** A rising paper; what a test cares about it overrides. */
export function makeRisen(
  number: number,
  paper: Partial<Paper> = {},
  rise: Partial<Omit<RisingPaper, "paper">> = {},
): RisingPaper {
  const now = rise.now ?? 61 + number;
  const id = `2602.${String(20_000 + number)}`;
  return {
    paper: makePaper({ id, title: `Ember ${number}: Letters That Glow Again`, upvotes: now, ...paper }),
    since: "2026-03-02",
    before: 12,
    now,
    ...rise,
  };
}

/** A digest of these papers with a revisit, as the rank stage makes it. */
export function revisitDigest(
  rising: readonly RisingPaper[],
  { view = {}, papers = makePapers(6) }: { readonly view?: Partial<View>; readonly papers?: readonly Paper[] } = {},
): Digest {
  const plain = makeDigest(papers, { view: { revisit: 3, ...view } });
  return rank({ ...plain.edition, ...(rising.length > 0 && { rising }) }, plain.view);
}

/** Titles, summaries and addresses as somebody would write them who wants out of the letter's frame. */
export const HOSTILE: Partial<Paper> = {
  title: `<script>alert("1")</script> {{branding.name}} [a](javascript:alert(1)) "quoted" & 'single' <img src=x onerror=y>`,
  summary: `</p></td></table><a href="https://elsewhere.example/">here</a> {link:unsubscribe} \u202egnol`,
  url: `javascript:alert(1)`,
};
