import type { Digest, Reason } from "../core/model.js";
import { readEdition } from "../editions/read-edition.js";
import { fit, paint, table } from "../core/text.js";
import type { CommandModule } from "./command.js";
import { explainRevisit, revisitResult, TITLE_WIDTH } from "./explain-revisit.js";
import type { Describe } from "./explain-revisit.js";
import { rankLiked } from "../app/interests.js";
import { withRevisit } from "../app/revisit.js";
import { viewOf, withViewOptions } from "./options.js";

/** `paperboy explain SOURCE`: lists each paper, kept or dropped, with its reasons. */
export const explain: CommandModule = {
  description: "Show for each paper whether it is kept, its rank, and why.",
  examples: ["paperboy explain yesterday --include agents --min-upvotes 20", "paperboy explain page.html --json"],
  define: (command, run) =>
    withViewOptions(command.argument("<source>", "the source to explain; see `paperboy --help`")).action(
      (source, flags) =>
        run(async (app) => {
          const view = await viewOf(app, flags);
          const read = await readEdition({ source: app.source(source), early: true }, await app.parts());
          if ("reason" in read) return read;
          const { edition, others } = await withRevisit(app, read.edition, { view });
          const digest = await rankLiked(app, edition, { view });
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
