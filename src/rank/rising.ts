import type { Edition, Paper, Reason, RisingPaper } from "../core/model.js";

/**
 * When votes jumped. Of 25 papers of a real day, read on its afternoon and on the next day, none gained more than 18 votes; some
 * small ones doubled. On five other days three papers of four had fewer than 9 to 24 votes in all. So 20 more is more than a day's
 * usual course, and as much as a good paper has at all; and a leader that goes from 160 to 190 is no news unless it doubles.
 */
const JUMP = { votes: 20, times: 2 } as const;

/** A paper as an earlier edition had it. */
export interface MailedVotes {
  readonly id: string;
  /** The day or week whose edition had it, such as `2026-03-02` or `2026-W10`. */
  readonly since: string;
  /** Null where the page did not say. */
  readonly votes: number | null;
}

/** What papers are compared with. */
export interface VoteHistory {
  /** Each paper once. */
  readonly mailed: readonly MailedVotes[];
  /** Papers that have been in a revisit already. */
  readonly shown: ReadonlySet<string>;
  readonly edition: Pick<Edition, "papers">;
}

/** A paper that did not make it, and why. */
export interface NotRising {
  readonly paper: Paper;
  readonly reason: Reason;
}

/** What became of the papers that were looked at again. */
export interface VoteChanges {
  /** The greatest rise first; ties as they came. */
  readonly rising: readonly RisingPaper[];
  /** Those whose votes are known first, again by their rise. */
  readonly others: readonly NotRising[];
}

/**
 * Holds papers as the site has them now against the votes that they had when they were mailed. Pure. A paper that stands in the
 * edition itself, or was in a revisit before, is not taken; one that was never mailed is passed over.
 */
export function compareVotes(papers: readonly Paper[], parts: VoteHistory): VoteChanges {
  const mailed = new Map(parts.mailed.map((one) => [one.id, one]));
  const here = new Set(parts.edition.papers.map(({ id }) => id));
  const seen = new Set<string>();
  const judged = papers.flatMap((paper) => {
    const before = mailed.get(paper.id);
    if (!before || seen.has(paper.id)) return [];
    seen.add(paper.id);
    return [{ paper, reason: judge(paper, before, { here, shown: parts.shown }) }];
  });
  const byRise = judged.toSorted((a, b) => riseOf(b.reason) - riseOf(a.reason));
  return {
    rising: byRise.flatMap(({ paper, reason }) =>
      reason.rule === "rose" ? [{ paper, since: reason.since, before: reason.before, now: reason.now }] : [],
    ),
    others: byRise.filter(({ reason }) => reason.rule !== "rose"),
  };
}

interface Elsewhere {
  readonly here: ReadonlySet<string>;
  readonly shown: ReadonlySet<string>;
}

function judge(paper: Paper, { since, votes }: MailedVotes, { here, shown }: Elsewhere): Reason {
  if (here.has(paper.id)) return { rule: "revisited", why: "edition" };
  if (shown.has(paper.id)) return { rule: "revisited", why: "before" };
  if (votes === null || paper.upvotes === null) return { rule: "revisited", why: "unknown" };
  const jumped = paper.upvotes - votes >= JUMP.votes && paper.upvotes >= votes * JUMP.times;
  return { rule: jumped ? "rose" : "rose-little", since, before: votes, now: paper.upvotes };
}

function riseOf(reason: Reason): number {
  return "before" in reason ? reason.now - reason.before : -Infinity;
}
