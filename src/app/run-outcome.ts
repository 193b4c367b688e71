import { DELIVERY_STATES } from "../core/model.js";
import type { RoundResult, EditionResult } from "../editions/round.js";
import type { RunOutcome } from "./run-log.js";

interface Channelled {
  readonly channel: "outbox" | "smtp";
}

/** What a round says at its end: each edition with counts that add up, each errand that could not be run, with its cure. */
export function roundOutcome({ reason, ends, editions, excluded }: RoundResult, { channel }: Channelled): RunOutcome {
  const failures = ends.filter((end) => end.reason !== "sent" && end.reason !== "nothing-due");
  const told = editions.map((edition) =>
    edition.counts.prepared > 0 ? tell(edition, channel) : tellNobody(edition, excluded.get(edition.id)),
  );
  const sentences = [...told, ...failures.map(({ message }) => message)];
  const hints = [...new Set(failures.map(({ hint }) => hint).filter((hint) => hint !== null))];
  return {
    reason,
    message:
      sentences.length > 0 ? sentences.join("; ") : "every completed day has gone out, or nobody is due a letter",
    ...(hints.length > 0 ? { hint: hints.join("\n") } : {}),
    result: {
      editions,
      ...(failures.length > 0
        ? { failures: failures.map(({ name, reason, message, hint }) => ({ name, reason, message, hint })) }
        : {}),
    },
  };
}

function tell({ source, counts }: EditionResult, channel: Channelled["channel"]): string {
  const where = channel === "outbox" ? "written to outbox/, nobody was mailed" : "accepted by the mail server";
  const rest = DELIVERY_STATES.filter((state) => state !== "sent" && counts[state] > 0).map(
    (state) => `, ${counts[state]} ${state}`,
  );
  return `${counts.sent} of ${counts.prepared} letters of ${source} ${where}${rest.join("")}`;
}

const WHY_NOT: Readonly<Record<string, string>> = {
  "no-match": "no paper fits the view of",
  had: "every paper was in an earlier letter of",
  paused: "a pause was asked for by",
};

function tellNobody({ source, papers }: EditionResult, excluded: Readonly<Record<string, number>> = {}): string {
  const reasons = Object.entries(excluded).map(
    ([why, readers]) => `${WHY_NOT[why] ?? why} ${readers} ${readers === 1 ? "reader" : "readers"}`,
  );
  if (reasons.length === 0) return `no reader is due a letter of ${source}`;
  return `none of the ${papers} papers of ${source} goes out: ${reasons.join(", ")}`;
}
