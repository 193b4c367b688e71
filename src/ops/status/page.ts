import { DELIVERY_STATES } from "../../core/model.js";
import type { DeliveryState } from "../../core/model.js";
import { wrap } from "../../render/wrap.js";
import { fit, paint, printable, sparkline, table } from "../../core/text.js";
import { pushLines } from "../../app/pushes.js";
import type { Owed, StatusEdition, StatusFacts } from "./facts.js";

/** How a page is to be drawn: `width` in columns, `ascii` for terminals that show nothing else. */
export interface PageStyle {
  readonly width: number;
  readonly ascii: boolean;
}

const LABEL = 11;

/** The page of `paperboy status`: what is asked first stands last, next to the prompt. */
export function drawStatus(facts: StatusFacts, { width, ascii }: PageStyle): string {
  const room = width - LABEL;
  const rows: readonly (readonly [label: string, lines: readonly string[]])[] = [
    ["papers", tellPapers(facts, ascii)],
    ["letters", tellLetters(facts)],
    ["pushes", pushLines(facts.pushes, room)],
    ["in line", tellTransactional(facts)],
    ["last run", tellRuns(facts, room)],
    ["last mail", tellMailed(facts)],
    ["owed", facts.owed.length === 0 ? ["nothing"] : facts.owed.flatMap(tellOwed)],
    ["needs you", tellNeeds(facts, room)],
  ];
  const labelled = rows.flatMap(([label, lines]) => lines.map((line, at) => labelLine(at === 0 ? label : "", line)));
  const head = headLine(facts, width);
  const page = [head, "", ...tellEditions(facts.editions, width), "", ...labelled].join("\n");
  return `${printable(ascii ? page.replaceAll("…", "~") : page)}\n`;
}

function labelLine(label: string, line: string): string {
  return `${label === "" ? " ".repeat(LABEL) : paint.strong(label.padEnd(LABEL))}${line}`;
}

function headLine({ home, now }: StatusFacts, width: number): string {
  const when = `${minute(now.toISOString())} UTC`;
  const where = fit(home, width - when.length - 2);
  return `${paint.dim(where)}${" ".repeat(width - where.length - when.length)}${paint.dim(when)}`;
}

/** The editions as a table: what each holds, and what became of its letters. */
export function tellEditions(editions: readonly StatusEdition[], width: number): readonly string[] {
  if (editions.length === 0) return ["nothing has gone out yet"];
  const rows = editions.map(({ id, channel, preparedAt, papers, counts }) => [
    fit(id, 26),
    minute(preparedAt),
    String(papers).padStart("papers".length),
    became(counts, channel),
  ]);
  const [head = "", ...lines] = table([["edition", "prepared (UTC)", "papers", "letters"], ...rows]).split("\n");
  return [paint.strong(head), ...lines.map((line) => fit(line, width))];
}

type Counts = StatusEdition["counts"];

function became(counts: Counts, channel: string): string {
  const said = DELIVERY_STATES.filter((state) => counts[state] > 0).map(
    (state) => `${counts[state]} ${wordsFor(state, channel)}`,
  );
  return said.length === 0 ? "nobody was due one" : said.join(", ");
}

/** A letter in the outbox was mailed to nobody. */
function wordsFor(state: DeliveryState, channel: string): string {
  return state === "sent" && channel === "outbox" ? "written to outbox/" : state;
}

/** The papers of each day as a line of bars, and the figures that give it a scale. */
function tellPapers({ papersByDay }: StatusFacts, ascii: boolean): readonly string[] {
  const known = papersByDay.filter(({ papers }) => papers !== null);
  const last = known.at(-1);
  const [most] = known.toSorted((one, other) => (other.papers ?? 0) - (one.papers ?? 0));
  if (!last || !most) return [];
  const bars = sparkline(
    papersByDay.map(({ papers }) => papers),
    ascii,
  );
  const peak = most === last ? "" : `, most ${most.papers} on ${most.day.slice(5)}`;
  return [`${bars}  ${last.papers} on ${last.day.slice(5)}${peak}`];
}

/** All letters of the editions shown, by what became of them. */
function tellLetters({ editions }: StatusFacts): readonly string[] {
  if (editions.length === 0) return [];
  const said = new Map<string, number>();
  for (const state of DELIVERY_STATES) {
    for (const { channel, counts } of editions) {
      const words = wordsFor(state, channel);
      if (counts[state] > 0) said.set(words, (said.get(words) ?? 0) + counts[state]);
    }
  }
  const all = [...said].map(([words, letters]) => `${letters} ${words}`).join(", ");
  return [`${all === "" ? "none" : all} (${editions.length} ${editions.length === 1 ? "edition" : "editions"})`];
}

function tellTransactional({ transactional: { mails, since } }: StatusFacts): readonly string[] {
  if (mails === 0) return [];
  return [`${mails} single ${mails === 1 ? "mail" : "mails"}${since === null ? "" : ` since ${minute(since)} UTC`}`];
}

function tellRuns({ lastRun, now }: StatusFacts, room: number): readonly string[] {
  if (lastRun === null) return ["none yet: `paperboy run`, then `paperboy schedule print cron`"];
  const { endedAt, reason, message } = lastRun;
  return [`${reason}, ${minute(endedAt.toISOString())} UTC, ${ago(endedAt, now)}`, ...broken(message, room)];
}

function tellMailed({ lastRun, lastMailed, now }: StatusFacts): readonly string[] {
  if (lastRun === null) return [];
  if (lastMailed === null) return ["none yet"];
  if (lastMailed === lastRun) return ["the same run"];
  return [`${minute(lastMailed.endedAt.toISOString())} UTC, ${ago(lastMailed.endedAt, now)}`];
}

function tellOwed({ id, letters, nextAt, deadline }: Owed): readonly string[] {
  const what = `${letters} ${letters === 1 ? "letter" : "letters"} of ${fit(id, 26)}`;
  const next =
    nextAt === null ? "the next run sends them" : `again from ${minute(nextAt)}; at once: paperboy resend --deferred`;
  return [`${what}, until ${minute(deadline)} UTC`, `  ${next}`];
}

function tellNeeds({ needs }: StatusFacts, room: number): readonly string[] {
  if (needs.length === 0) return [paint.good("nothing")];
  return needs.flatMap(({ what, command }) => [...broken(what, room).map(paint.warn), `  ${command}`]);
}

const MOST_LINES = 4;

/** A sentence in lines; a very long one ends early. */
function broken(text: string, width: number): readonly string[] {
  const lines = wrap(text, { width }).split("\n");
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), "…"];
}

/** Such as `2026-10-05 07:00`. */
function minute(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}

const UNITS = [
  { ms: 86_400_000, name: "days" },
  { ms: 3_600_000, name: "hours" },
  { ms: 60_000, name: "minutes" },
] as const;

/** Such as `3 hours ago`, in the largest unit of which there are two. */
function ago(then: Date, now: Date): string {
  const passed = Number(now) - Number(then);
  const unit = UNITS.find(({ ms }) => passed >= 2 * ms);
  return unit ? `${Math.floor(passed / unit.ms)} ${unit.name} ago` : "just now";
}
