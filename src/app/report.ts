import { PaperboyError } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import { DELIVERY_STATES } from "../core/model.js";
import type { Clock } from "../core/model.js";
import { counted } from "../core/text.js";
import { lettersTo } from "../editions/recipients.js";
import { editionResult, mostUrgent, needsPerson, resultOf } from "../editions/results.js";
import type { EditionResult, EditionSummary, JobResult } from "../editions/results.js";
import type { Channel, SavedEdition, Store } from "../store/store.js";
import type { RunOutcome } from "../core/outcome.js";
import {
  againSentence,
  earlierFailures,
  type Failed,
  failedEditions,
  hasUnreported,
  isIncomplete,
  uncertainHint,
} from "./failed-letters.js";

interface RunEnd {
  readonly results: readonly JobResult[];
  /** The editions with deliveries to send. */
  readonly open: readonly SavedEdition[];
  /** The error that stopped the delivery, or null. */
  readonly stopped: PaperboyError | null;
  readonly dryRun: boolean;
}

interface ReportParts {
  readonly store: Pick<Store, "editions" | "ledger" | "subscribers">;
  readonly channel: Channel;
  readonly clock: Clock;
  /** The recipients of a run for named people, which reports only their letters; null for a run for the list. */
  readonly recipients: readonly string[] | null;
}

/** Reports a run: each edition with its counts, and each failed job with its hint. */
export async function report(
  { results: given, open, stopped, dryRun }: RunEnd,
  parts: ReportParts,
): Promise<RunOutcome> {
  const failed = dryRun || parts.recipients !== null ? null : await failedLetters(parts);
  const ids = new Set([...given.flatMap(({ editionId }) => editionId ?? []), ...open.map(({ edition }) => edition.id)]);
  const summaries = new Map<string, EditionSummary>();
  for (const id of ids) summaries.set(id, await summaryOf(id, given, parts));
  const results = given.map((result) => (isUnsent(result, summaries, parts) ? { ...result, reason: SENT } : result));
  const reasonOf = (id: string): ReasonCode => deliveryReason(summaries.get(id)?.result, { dryRun, failed });
  const covered = new Set([
    ...results.filter(({ reason }) => reason === "sent").map(({ editionId }) => editionId),
    ...open.map(({ edition }) => edition.id),
  ]);
  const earlier = earlierFailures((failed ?? []).filter(({ editionId }) => !covered.has(editionId)));
  const reasons: ReasonCode[] = [
    ...results.map(({ reason, editionId }) => (reason === "sent" && editionId !== null ? reasonOf(editionId) : reason)),
    ...open.map(({ edition }) => reasonOf(edition.id)),
    ...earlier.map(({ reason }) => reason),
    ...(stopped ? [stopped.code] : []),
  ];
  const failures = [...[...results, ...earlier].filter(isFailure), ...(stopped ? [failureOf(stopped)] : [])];
  const notices = [...results, ...earlier].filter(({ isNotice }) => isNotice);
  const editions = [...summaries.values()];
  const sentences = [
    ...editions.map((edition) => sentenceOf(edition, { channel: parts.channel, dryRun, failed })),
    ...[...failures, ...notices].map((result) =>
      results.includes(result) && editions.length + failures.length > 1 ? namedSentence(result) : result.message,
    ),
  ];
  const hints = [
    ...new Set([...failures.map(({ hint }) => hint), uncertainHint(failed ?? [])].filter((hint) => hint !== null)),
  ];
  const message = sentences.length > 0 ? sentences.map(withoutStop).join("; ") : "no edition is due";
  const reason = mostUrgent(reasons);
  const needsAction = failures.some((failure) => !earlier.includes(failure) && needsPerson(failure.reason));
  return {
    reason,
    ...(failed === null
      ? {}
      : {
          ...alertOf(reason, { hasUnreported: hasUnreported(failed), needsAction }),
          failedEditions: failedEditions(failed),
        }),
    message: dryRun ? `dry run: ${message}` : message,
    ...(hints.length > 0 ? { hint: hints.join("\n") } : {}),
    result: {
      ...(dryRun && { dryRun }),
      editions: editions.map(({ result }) => result),
      ...(failures.length > 0
        ? { failures: failures.map(({ name, reason, message, hint }) => ({ name, reason, message, hint })) }
        : {}),
    },
  };
}

/** Returns the message of a job with its name. That of a range of days names the day itself. */
function namedSentence({ name, message }: JobResult): string {
  return message.includes(name) || name.includes("..") ? message : `${name}: ${message}`;
}

/** Removes the full stop of a sentence that another one follows. */
function withoutStop(sentence: string, index: number, all: readonly string[]): string {
  return index < all.length - 1 ? sentence.replace(/\.$/, "") : sentence;
}

/** Failed letters are reported once; other failures, at most once a day. */
function alertOf(
  reason: ReasonCode,
  { hasUnreported, needsAction }: { readonly hasUnreported: boolean; readonly needsAction: boolean },
): Pick<RunOutcome, "alert"> {
  if (hasUnreported) return { alert: "news" };
  return reason === "send-incomplete" ? { alert: needsAction ? "daily" : "none" } : {};
}

/** Returns the failed letters that no earlier run reported. */
async function failedLetters({ store, channel, clock }: ReportParts): Promise<Failed> {
  return store.ledger.reportFailures({ channel, as: "run" }, clock());
}

const SENT = "sent" as const;

/**
 * Whether an edition was sent before, but not to everyone in this run for named people. Their deliveries then decide its
 * reason.
 */
function isUnsent(
  { reason, editionId }: JobResult,
  summaries: ReadonlyMap<string, EditionSummary>,
  { recipients }: Pick<ReportParts, "recipients">,
): boolean {
  if (recipients === null || reason !== "already-sent" || editionId === null) return false;
  const counts = summaries.get(editionId)?.result.counts;
  return counts === undefined || counts.sent < counts.prepared || counts.sent === 0;
}

function isFailure({ reason }: JobResult): boolean {
  return reason !== "sent" && reason !== "nothing-due";
}

function failureOf({ code, message, hint }: PaperboyError): JobResult {
  return { name: "sending", editionId: null, reason: code, message, hint };
}

async function summaryOf(
  editionId: string,
  results: readonly JobResult[],
  { store, channel, recipients, clock }: ReportParts,
): Promise<EditionSummary> {
  const jobs = results.filter((result) => result.editionId === editionId);
  const [job] = jobs;
  const preview = jobs.find((result) => result.preview)?.preview;
  if (preview) return preview;
  const saved = await store.editions.find({ editionId, channel });
  if (saved && recipients) {
    const { counts, inactive } = await lettersTo(recipients, { editionId, channel, now: clock() }, store);
    return { result: resultOf(saved.edition, counts), excluded: { ...inactive, ...job?.excluded } };
  }
  if (saved) return { result: await editionResult(saved, store), excluded: saved.excluded };
  throw new PaperboyError("store-failed", { message: `edition ${editionId} is no longer in the ledger` });
}

/** The states that need another run or the operator. */
const UNSETTLED = ["deferred", "refused", "uncertain", "expired", "pending"] as const;

/** Returns the reason of an edition. A dry run assumes that the mail server accepts every letter. */
function deliveryReason(
  edition: EditionResult | undefined,
  { dryRun, failed }: Pick<SentenceOptions, "dryRun" | "failed">,
): ReasonCode {
  if (!edition) return "sent";
  const { counts } = edition;
  if (dryRun) return counts.pending + counts.deferred > 0 ? "sent" : "nothing-due";
  const incomplete = failed === null ? UNSETTLED.some((state) => counts[state] > 0) : isIncomplete(edition, failed);
  return incomplete ? "send-incomplete" : counts.sent > 0 ? "sent" : "nothing-due";
}

interface SentenceOptions {
  readonly channel: Channel;
  readonly dryRun: boolean;
  /** The failed letters; null in a dry run or a run for named people. */
  readonly failed: Failed | null;
}

function sentenceOf(edition: EditionSummary, { channel, dryRun, failed }: SentenceOptions): string {
  const { source, counts } = edition.result;
  const due = counts.pending + counts.deferred;
  if (dryRun && due > 0) return `${due} ${due === 1 ? "letter" : "letters"} of ${source} would be sent`;
  if (counts.prepared === 0) return unsentSentence(edition);
  const others = failed === null && !dryRun ? whyNot(edition.excluded).map((why) => `, ${why}`) : [];
  return `${sentSentence(edition.result, channel)}${others.join("")}${againSentence(edition.result.id, failed ?? [])}`;
}

function sentSentence({ source, counts }: EditionResult, channel: Channel): string {
  const where = channel === "outbox" ? "written to outbox/, none was mailed" : "accepted by the mail server";
  if (counts.suppressed > 0 && counts.suppressed === counts.prepared) {
    return `no letter of ${source} is sent: ${counted(counts.suppressed, "reader")} left the list`;
  }
  const rest = DELIVERY_STATES.filter((state) => state !== "sent" && counts[state] > 0).map(
    (state) => `, ${counts[state]} ${state}`,
  );
  return `${counts.sent} of ${counts.prepared} letters of ${source} ${where}${rest.join("")}`;
}

const WHY_NOT: Readonly<Record<string, string>> = {
  "no-match": "no paper matches the view of",
  had: "every paper was in an earlier letter of",
  paused: "letters are paused for",
  pending: "confirmation is pending for",
};

function whyNot(excluded: EditionSummary["excluded"]): string[] {
  return Object.entries(excluded).map(([why, readers]) => `${WHY_NOT[why] ?? why} ${counted(readers, "reader")}`);
}

function unsentSentence({ result: { source, papers }, excluded }: EditionSummary): string {
  const reasons = whyNot(excluded);
  if (reasons.length === 0) return `no reader is due a letter of ${source}`;
  return `none of the ${papers} papers of ${source} is sent: ${reasons.join(", ")}`;
}
