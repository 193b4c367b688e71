import { readDigest } from "../app/digest.js";
import type { Digest, Paper, Reason } from "../core/model.js";
import { fit, paint, table } from "../core/text.js";
import type { VoteChanges } from "../rank/revisit.js";
import type { CommandModule } from "./command.js";
import { viewOf, withViewOptions } from "./options.js";

/** `paperboy explain SOURCE`: lists each paper, kept or dropped, with its reasons. */
export const explain: CommandModule = {
  description: "Show for each paper whether it is kept, its rank, and why.",
  examples: ["paperboy explain yesterday --include agents --min-upvotes 20", "paperboy explain page.html --json"],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "the source to explain; see `paperboy --help`")).action(
      (source, flags) =>
        run(async (app) => {
          const read = await readDigest(app, source, await viewOf(app, flags));
          if ("reason" in read) return read;
          const { digest, others } = read;
          const { describeReason } = await import("../render/renderer.js");
          const describe = (reasons: readonly Reason[]) => reasons.map((reason) => describeReason(reason, "en"));
          return {
            message: summarise(digest),
            data: `${explainTable(digest, describe)}\n${explainRevisit(digest, others, describe)}${summarise(digest)}\n`,
            result: {
              edition: digest.edition.id,
              view: digest.view,
              papers: explainRows(digest, describe),
              ...revisitResult(digest, others, describe),
            },
          };
        }),
    ),
};

function summarise({ kept, dropped, edition }: Digest): string {
  return `${edition.papers.length} papers: ${kept.length} kept, ${dropped.length} dropped`;
}

function explainRows({ kept, dropped }: Digest, describe: Describe) {
  const row = (verdict: "kept" | "dropped", rank: number | null, { paper, reasons }: Digest["dropped"][number]) => ({
    id: paper.id,
    title: paper.title,
    verdict,
    rank,
    upvotes: paper.upvotes,
    reasons: describe(reasons),
    rules: reasons,
  });
  return [
    ...kept.map((entry) => row("kept", entry.rank, entry)),
    ...dropped.map((entry) => row("dropped", null, entry)),
  ];
}

function explainTable(digest: Digest, describe: Describe): string {
  const rows = explainRows(digest, describe).map(({ rank, id, upvotes, title, reasons }) => [
    rank === null ? "-" : String(rank),
    id,
    String(upvotes ?? "?"),
    fit(title, TITLE_WIDTH),
    reasons.join("; "),
  ]);
  const [head = "", ...lines] = table([["#", "paper", "votes", "title", "why"], ...rows]).split("\n");
  return [paint.strong(head), ...lines].join("\n");
}

/** Describes reasons in English. */
type Describe = (reasons: readonly Reason[]) => string[];

/** The maximum width of a title in the table, in columns. */
const TITLE_WIDTH = 60;

/** The maximum number of papers without a jump in the table, those with the largest rise first. `--json` has all of them. */
const MOST_OTHERS = 10;

interface Row {
  readonly verdict: "kept" | "dropped";
  readonly paper: Paper;
  readonly reasons: readonly Reason[];
}

function rowsOf({ revisit }: Digest, others: VoteChanges["others"]): readonly Row[] {
  if (!revisit) return [];
  return [
    ...revisit.kept.map((looked) => ({ verdict: "kept", ...looked }) as const),
    ...revisit.dropped.map((looked) => ({ verdict: "dropped", ...looked }) as const),
    ...others.map(({ paper, reason }) => ({ verdict: "dropped", paper, reasons: [reason] }) as const),
  ];
}

/** Formats the revisit as a table; empty if the view has none. */
function explainRevisit(digest: Digest, others: VoteChanges["others"], describe: Describe): string {
  if (!digest.revisit) return "";
  const all = rowsOf(digest, others);
  const shown = all.slice(0, all.length - Math.max(others.length - MOST_OTHERS, 0));
  const rows = shown.map(({ verdict, paper, reasons }) => [
    verdict === "kept" ? "+" : "-",
    paper.id,
    String(paper.upvotes ?? "?"),
    fit(paper.title, TITLE_WIDTH),
    describe(reasons).join("; "),
  ]);
  const more = all.length - shown.length;
  const lines = [
    paint.strong("Second look"),
    ...(rows.length === 0 ? ["no paper of an earlier edition was checked again"] : [table(rows)]),
    ...(more > 0 ? [`and ${more} more that did not jump`] : []),
  ];
  return `\n${lines.join("\n")}\n\n`;
}

/** Returns the revisit for `--json`; empty if the view has none. */
function revisitResult(digest: Digest, others: VoteChanges["others"], describe: Describe) {
  if (!digest.revisit) return {};
  const revisit = rowsOf(digest, others).map(({ verdict, paper, reasons }) => ({
    id: paper.id,
    title: paper.title,
    verdict,
    upvotes: paper.upvotes,
    reasons: describe(reasons),
    rules: reasons,
  }));
  return { revisit };
}
