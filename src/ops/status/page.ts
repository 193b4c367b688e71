import { toMinute } from "../../core/calendar.js";
import { DELIVERY_STATES } from "../../core/model.js";
import type { DeliveryState } from "../../core/model.js";
import { counted, fit, paint, printable, sparkline, table } from "../../core/text.js";
import { wrap } from "../../render/wrap.js";
import type { UnsentLetters, StatusEdition, StatusFacts } from "./facts.js";
import { growthLines } from "./growth.js";
import { pushLines } from "./pushes.js";

/** `width` is in columns; `ascii` is for terminals without UTF-8. */
export interface PageStyle {
  readonly width: number;
  readonly ascii: boolean;
}

/** The width of the column of labels. */
const LABEL = 11;

/** Returns the page of `paperboy status`. The most important rows are last, next to the prompt. */
export function drawStatus(facts: StatusFacts, { width, ascii }: PageStyle): string {
  const room = width - LABEL;
  const rows: readonly (readonly [label: string, lines: readonly string[]])[] = [
    ["papers", paperLines(facts, ascii)],
    ["letters", letterLines(facts)],
    ["readers", growthLines(facts.growth, ascii)],
    ["pushes", pushLines(facts.pushes, room)],
    ["queued", queuedLines(facts, room)],
    ["last run", lastRunLines(facts, room)],
    ["last mail", lastMailedLines(facts)],
    ["unsent", facts.unsent.length === 0 ? ["nothing"] : facts.unsent.flatMap((unsent) => unsentLines(unsent, facts))],
    ["needs you", needLines(facts, room)],
  ];
  const labelled = rows.flatMap(([label, lines]) => lines.map((line, at) => labelLine(at === 0 ? label : "", line)));
  const head = headLine(facts, width);
  const page = [head, "", ...editionLines(facts.editions, width), "", ...labelled].join("\n");
  return `${printable(ascii ? page.replaceAll("…", "~") : page)}\n`;
}

function labelLine(label: string, line: string): string {
  return `${label === "" ? " ".repeat(LABEL) : paint.strong(label.padEnd(LABEL))}${line}`;
}

function headLine({ home, now }: StatusFacts, width: number): string {
  const when = `${toMinute(now)} UTC`;
  const where = fit(home, width - when.length - 2);
  return `${paint.dim(where)}${" ".repeat(width - where.length - when.length)}${paint.dim(when)}`;
}

/** Returns a table of editions with their papers and the states of their letters. */
export function editionLines(editions: readonly StatusEdition[], width: number): readonly string[] {
  if (editions.length === 0) return ["no editions yet"];
  const rows = editions.map(({ id, channel, preparedAt, papers, counts }) => [
    fit(id, 26),
    toMinute(preparedAt),
    String(papers).padStart("papers".length),
    countsByState(counts, channel),
  ]);
  const [head = "", ...lines] = table([["edition", "prepared (UTC)", "papers", "letters"], ...rows]).split("\n");
  return [paint.strong(head), ...lines.map((line) => fit(line, width))];
}

type Counts = StatusEdition["counts"];

function countsByState(counts: Counts, channel: string): string {
  const parts = DELIVERY_STATES.filter((state) => counts[state] > 0).map(
    (state) => `${counts[state]} ${wordsFor(state, channel)}`,
  );
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** Returns the words for a state. A letter in the outbox was written to a file, not mailed. */
function wordsFor(state: DeliveryState, channel: string): string {
  return state === "sent" && channel === "outbox" ? "written to outbox/" : state;
}

/** Returns a sparkline of papers per day, with the last count and the maximum. */
function paperLines({ papersByDay }: StatusFacts, ascii: boolean): readonly string[] {
  const known = papersByDay.filter(({ papers }) => papers !== null);
  const last = known.at(-1);
  const [most] = known.toSorted((one, other) => (other.papers ?? 0) - (one.papers ?? 0));
  if (!last || !most) return [];
  const bars = sparkline(
    papersByDay.map(({ papers }) => papers),
    ascii,
  );
  const peak = most === last ? "" : `, maximum ${most.papers} on ${most.day.slice(5)}`;
  return [`${bars}  ${last.papers} on ${last.day.slice(5)}${peak}`];
}

/** Returns the number of letters of all shown editions by state. */
function letterLines({ editions }: StatusFacts): readonly string[] {
  if (editions.length === 0) return [];
  const byState = new Map<string, number>();
  for (const state of DELIVERY_STATES) {
    for (const { channel, counts } of editions) {
      const words = wordsFor(state, channel);
      if (counts[state] > 0) byState.set(words, (byState.get(words) ?? 0) + counts[state]);
    }
  }
  const all = [...byState].map(([words, letters]) => `${letters} ${words}`).join(", ");
  return [`${all === "" ? "none" : all} (${counted(editions.length, "edition")})`];
}

function queuedLines({ transactional, paused }: StatusFacts, room: number): readonly string[] {
  const { mails, confirmations, since, nextAt, detail } = transactional;
  if (mails === 0) return [];
  const kinds = confirmations === 0 ? "" : `, ${counted(confirmations, "confirmation")} of sign-ups`;
  const when = since === null ? "" : ` since ${toMinute(since)} UTC`;
  const next = paused ? "sending is paused" : nextAt === null ? "" : `next attempt ${toMinute(nextAt)}`;
  const why = [next, detail ?? ""].filter(Boolean).join("; ");
  return [`${counted(mails, "transactional mail")}${when}${kinds}`, ...(why === "" ? [] : [fit(`  ${why}`, room)])];
}

function lastRunLines({ lastRun, now }: StatusFacts, room: number): readonly string[] {
  if (lastRun === null) return ["none yet: start with `paperboy run`, then `paperboy schedule print cron`"];
  const { endedAt, reason, message } = lastRun;
  return [`${reason}, ${toMinute(endedAt)} UTC, ${ago(endedAt, now)}`, ...wrapped(message, room)];
}

function lastMailedLines({ lastRun, lastMailed, now }: StatusFacts): readonly string[] {
  if (lastRun === null) return [];
  if (lastMailed === null) return ["none yet"];
  if (lastMailed === lastRun) return ["the same run"];
  return [`${toMinute(lastMailed.endedAt)} UTC, ${ago(lastMailed.endedAt, now)}`];
}

function unsentLines(unsent: UnsentLetters, facts: StatusFacts): readonly string[] {
  const what = `${counted(unsent.letters, "letter")} of ${fit(unsent.id, 26)}`;
  return [`${what}, deadline ${toMinute(unsent.deadline)} UTC`, `  ${nextStep(unsent, facts)}`];
}

/** Returns when the letters of an edition will be sent. */
function nextStep({ nextAt }: UnsentLetters, { paused, holds }: StatusFacts): string {
  if (paused) return "sending is paused";
  if (holds.some(({ domain }) => domain === null)) return "held: each run tries one; to send all: paperboy resume";
  if (nextAt !== null) return `next attempt ${toMinute(nextAt)}; to send now: paperboy resend --deferred`;
  return holds.length > 0 ? "the next run sends them, except to held domains" : "the next run sends them";
}

function needLines({ needs }: StatusFacts, room: number): readonly string[] {
  if (needs.length === 0) return [paint.good("nothing")];
  return needs.flatMap(({ what, command }) => [...wrapped(what, room).map(paint.warn), `  ${command}`]);
}

const MAX_LINES = 4;

/** Wraps a sentence, and truncates it after four lines. */
function wrapped(text: string, width: number): readonly string[] {
  const lines = wrap(text, { width }).split("\n");
  return lines.length <= MAX_LINES ? lines : [...lines.slice(0, MAX_LINES - 1), "…"];
}

const UNITS = [
  { ms: 86_400_000, name: "days" },
  { ms: 3_600_000, name: "hours" },
  { ms: 60_000, name: "minutes" },
] as const;

/** Formats the time since an instant, such as `3 hours ago`, in the largest unit of which at least two have passed. */
function ago(then: Date, now: Date): string {
  const passed = Number(now) - Number(then);
  const unit = UNITS.find(({ ms }) => passed >= 2 * ms);
  return unit ? `${Math.floor(passed / unit.ms)} ${unit.name} ago` : "just now";
}
