import path from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "../app.js";
import type { Delivery, Digest, Letter, Reading } from "../model.js";
import { fit, paint } from "../terminal.js";
import type { Terminal } from "../terminal.js";

const READERS = { data: "the page's data", cards: "the page's cards alone", api: "the site's API" } as const;
const LEADING_TITLES = 3;

/** Tells what was read, and from what. */
export function tellReading(terminal: Terminal, { papers, skipped, reader, kind, date }: Reading): void {
  const of = date === null ? kind : `${kind} ${date}`;
  const left = skipped.length === 0 ? "" : paint.warn(`, ${skipped.length} skipped`);
  terminal.step(`${paint.good("read")}    ${count(papers.length, "paper")} of ${of} from ${READERS[reader]}${left}`);
  for (const { index, id, reason } of skipped) terminal.detail(`skipped entry ${index} (${id ?? "no id"}): ${reason}`);
}

/** Tells what was kept, and what leads. */
export function tellDigest(terminal: Terminal, { kept, dropped, view }: Digest): void {
  const why = dropped.length === 0 ? "all of them" : `${dropped.length} dropped (paperboy explain says why)`;
  terminal.step(`${paint.good("kept")}    ${count(kept.length, "paper")}, ${why}, by ${view.order}`);
  for (const { rank, paper } of kept.slice(0, LEADING_TITLES)) {
    const votes = paper.upvotes === null ? "" : paint.dim(` ${paper.upvotes} votes`);
    terminal.step(`          ${rank}. ${fit(paper.title, 60)}${votes}`);
  }
}

/** Tells how large the letter is. */
export function tellLetter(terminal: Terminal, letter: Letter, digest: Digest): void {
  const size = Math.ceil(Buffer.byteLength(letter.html) / 1000);
  terminal.step(`${paint.good("letter")}  ${size} KB: ${fit(letter.subject, 60)}`);
  if (digest.edition.early) terminal.step("          the day is still filling; the letter says so");
}

/** Tells what became of one message; whatever was not sent is told even in a pipe. */
export function tellDelivery({ terminal, world }: App, { to, state, detail }: Delivery): void {
  if (state !== "sent") {
    terminal.warn(`${to}: ${state}: ${detail}`);
  } else if (path.isAbsolute(detail)) {
    const letter = detail.replace(/\.eml$/, ".html");
    terminal.step(`${paint.good("wrote")}   ${path.relative(world.directory, detail)}`);
    terminal.step(`${paint.good("open")}    ${link(pathToFileURL(letter).href)}`);
    terminal.step(
      `${paint.dim("next: real papers, nothing mailed:")} npx paperboy render yesterday --as html > letter.html`,
    );
  } else {
    terminal.step(`${paint.good("sent")}    to ${to}: ${detail}`);
  }
}

/** Tells what became of one attempt over the ledger. */
export function tellAttempt(app: App, to: string, { state, detail }: Pick<Delivery, "state" | "detail">): void {
  tellDelivery(app, { to, state, detail });
}

/** An address that terminals make clickable by themselves. */
function link(url: string): string {
  return paint.strong(url);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
