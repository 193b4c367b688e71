import path from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "./app.js";
import type { Delivery, Digest, Letter, Order, Reading } from "../core/model.js";
import { fit, paint } from "./terminal.js";
import type { Terminal } from "./terminal.js";

const FORMATS = { data: "the page's data", cards: "the page's cards alone", api: "the site's API" } as const;
const LEADING_TITLES = 3;

/** Tells what was read, and from what. */
export function printReading(terminal: Terminal, { papers, skipped, format, kind, date }: Reading): void {
  const of = date === null ? kind : `${kind} ${date}`;
  const left = skipped.length === 0 ? "" : paint.warn(`, ${skipped.length} skipped`);
  terminal.step(`${paint.good("read")}    ${count(papers.length, "paper")} of ${of} from ${FORMATS[format]}${left}`);
  for (const { index, id, reason } of skipped) terminal.detail(`skipped entry ${index} (${id ?? "no id"}): ${reason}`);
}

/** Tells what was kept, and what leads. */
export function printDigest(terminal: Terminal, { kept, dropped, view }: Digest): void {
  const why = dropped.length === 0 ? "all of them" : `${dropped.length} dropped (paperboy explain says why)`;
  terminal.step(`${paint.good("kept")}    ${count(kept.length, "paper")}, ${why}, by ${orderOf(kept) ?? view.order}`);
  for (const { rank, paper } of kept.slice(0, LEADING_TITLES)) {
    const votes = paper.upvotes === null ? "" : paint.dim(` ${paper.upvotes} votes`);
    terminal.step(`          ${rank}. ${fit(paper.title, 60)}${votes}`);
  }
}

/** Tells how large the letter is. */
export function printLetter(terminal: Terminal, letter: Letter, digest: Digest): void {
  const size = Math.ceil(Buffer.byteLength(letter.html) / 1000);
  terminal.step(`${paint.good("letter")}  ${size} KB: ${fit(letter.subject, 60)}`);
  if (digest.edition.early) terminal.step("          the day is still filling; the letter says so");
}

/** The order that really decided: without words to be relevant to, `relevance` goes by votes. */
function orderOf(kept: Digest["kept"]): Order | undefined {
  return kept.flatMap(({ reasons }) => reasons).find((reason) => reason.rule === "order")?.order;
}

/** How many letters, people of one fault, and faults are told one by one. */
const MOST = { letters: 5, people: 3, faults: 20 } as const;

/** Tells what becomes of many messages. */
interface Tale {
  /** Takes what became of one message. A letter that went is told at once. */
  readonly tell: (delivery: Told) => void;
  /** Tells the rest: where to look, and each fault once, even in a pipe; but what made it stop is told by the result. */
  readonly end: (stopped: { readonly message: string } | null) => void;
}

type Told = Pick<Delivery, "to" | "state" | "detail">;

/** A way in which messages did not go, and to whom; of many people the first few. */
interface Fault {
  readonly people: readonly string[];
  readonly count: number;
}

/** Begins to tell what becomes of the messages of one command. */
export function printDeliveries({ terminal, environment }: App): Tale {
  const faults = new Map<string, Fault>();
  let letters = 0;
  let firstFile: string | null = null;
  const tellSent = ({ to, detail }: Told) => {
    const isFile = path.isAbsolute(detail);
    if (isFile) firstFile ??= detail;
    letters += 1;
    if (letters > MOST.letters) return;
    const file = `${paint.good("wrote")}   ${path.relative(environment.directory, detail)}`;
    terminal.step(isFile ? file : `${paint.good("sent")}    to ${to}: ${detail}`);
  };
  return {
    tell: (delivery) => (delivery.state === "sent" ? tellSent(delivery) : note(faults, delivery)),
    end: (stopped) => {
      if (letters > MOST.letters) terminal.step(`          and ${letters - MOST.letters} more`);
      if (firstFile !== null) tellWhereToLook(terminal, firstFile);
      const others = [...faults].filter(([fault]) => stopped === null || !fault.endsWith(stopped.message));
      for (const [fault, people] of others.slice(0, MOST.faults)) terminal.fault(`${named(people)}: ${fault}`);
      if (others.length > MOST.faults) {
        terminal.fault(`and ${others.length - MOST.faults} more; \`paperboy status\` counts them`);
      }
    },
  };
}

function note(faults: Map<string, Fault>, { to, state, detail }: Told): void {
  const fault = `${state}: ${detail}`;
  const { people, count } = faults.get(fault) ?? { people: [], count: 0 };
  faults.set(fault, { people: count < MOST.people ? [...people, to] : people, count: count + 1 });
}

function named({ people, count }: Fault): string {
  const more = count > people.length ? ` and ${count - people.length} more` : "";
  return `${people.join(", ")}${more}`;
}

function tellWhereToLook(terminal: Terminal, file: string): void {
  terminal.step(`${paint.good("open")}    ${link(pathToFileURL(file.replace(/\.eml$/, ".html")).href)}`);
  terminal.step(
    `${paint.dim("next: real papers, nothing mailed:")} npx paperboy render yesterday --as html > letter.html`,
  );
}

/** An address that terminals make clickable by themselves. */
function link(url: string): string {
  return paint.strong(url);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
