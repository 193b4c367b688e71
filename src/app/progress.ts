import path from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "./app.js";
import { maskAddress, maskAddresses } from "../core/address.js";
import type { Delivery, Digest, Letter, Order, Reading } from "../core/model.js";
import { counted, fit, paint } from "../core/text.js";
import type { Terminal } from "./terminal.js";

const FORMATS = { data: "the page's data", cards: "the page's cards only", api: "the site's API" } as const;
const LEADING_TITLES = 3;

/** Prints the number of papers that were read, and their origin. */
export function printReading(terminal: Terminal, { papers, skipped, format, kind, date }: Reading): void {
  const of = date === null ? kind : `${kind} ${date}`;
  const left = skipped.length === 0 ? "" : paint.warn(`, ${skipped.length} skipped`);
  terminal.step(`${paint.good("read")}    ${counted(papers.length, "paper")} of ${of} from ${FORMATS[format]}${left}`);
  for (const { index, id, reason } of skipped) terminal.detail(`skipped entry ${index} (${id ?? "no id"}): ${reason}`);
}

/** Prints the number of papers that were kept, and the first titles. */
export function printDigest(terminal: Terminal, { kept, dropped, view }: Digest): void {
  const why = dropped.length === 0 ? "all of them" : `${dropped.length} dropped (see paperboy explain)`;
  terminal.step(`${paint.good("kept")}    ${counted(kept.length, "paper")}, ${why}, by ${orderOf(kept) ?? view.order}`);
  for (const { rank, paper } of kept.slice(0, LEADING_TITLES)) {
    const votes = paper.upvotes === null ? "" : paint.dim(` ${paper.upvotes} votes`);
    terminal.step(`          ${rank}. ${fit(paper.title, 60)}${votes}`);
  }
}

/** Prints the size and the subject of a letter. */
export function printLetter(terminal: Terminal, letter: Letter, digest: Digest): void {
  const size = Math.ceil(Buffer.byteLength(letter.html) / 1000);
  terminal.step(`${paint.good("letter")}  ${size} KB: ${fit(letter.subject, 60)}`);
  if (digest.edition.early) terminal.step("          the day is still filling, and the letter says so");
}

/** Returns the order that was used. `relevance` falls back to votes if there are no topics. */
function orderOf(kept: Digest["kept"]): Order | undefined {
  return kept.flatMap(({ reasons }) => reasons).find((reason) => reason.rule === "order")?.order;
}

/** The maximum numbers of letters, recipients per fault and faults that are printed. */
const MAX = { letters: 5, people: 3, faults: 20 } as const;

/** The progress of the deliveries of a command. */
interface DeliveryProgress {
  /** Records one delivery. Prints a sent letter immediately. */
  readonly add: (delivery: Outcome) => void;
  /**
   * Prints where the letters are, and each distinct fault once, except the one that stopped the delivery, which the result
   * contains.
   */
  readonly end: (stopped: { readonly message: string } | null) => void;
}

type Outcome = Pick<Delivery, "to" | "state" | "detail">;

/** The recipients of one fault: the first few masked addresses, without repeats, and the number of all. */
interface Fault {
  readonly people: readonly string[];
  readonly count: number;
}

/** Starts the progress of the deliveries of a command. */
export function printDeliveries({ terminal, environment }: Pick<App, "environment" | "terminal">): DeliveryProgress {
  const faults = new Map<string, Fault>();
  let letters = 0;
  let firstFile: string | null = null;
  const printSent = ({ to, detail }: Outcome) => {
    const isFile = path.isAbsolute(detail);
    if (isFile) firstFile ??= detail;
    letters += 1;
    if (letters > MAX.letters) return;
    const file = `${paint.good("wrote")}   ${path.relative(environment.directory, detail)}`;
    terminal.step(isFile ? file : `${paint.good("sent")}    to ${maskAddress(to)}: ${maskAddresses(detail)}`);
  };
  return {
    add: (delivery) => (delivery.state === "sent" ? printSent(delivery) : note(faults, delivery)),
    end: (stopped) => {
      if (letters > MAX.letters) terminal.step(`          and ${letters - MAX.letters} more`);
      if (firstFile !== null) printNextSteps(terminal, firstFile);
      const others = [...faults].filter(([fault]) => stopped === null || !fault.endsWith(stopped.message));
      for (const [fault, people] of others.slice(0, MAX.faults)) terminal.fault(`${listed(people)}: ${fault}`);
      if (others.length > MAX.faults) {
        terminal.fault(`and ${others.length - MAX.faults} more; \`paperboy status\` counts them`);
      }
    },
  };
}

function note(faults: Map<string, Fault>, { to, state, detail }: Outcome): void {
  const fault = `${state}: ${maskAddresses(detail)}`;
  const person = maskAddress(to);
  const { people, count } = faults.get(fault) ?? { people: [], count: 0 };
  const isListed = people.length === MAX.people || people.includes(person);
  faults.set(fault, { people: isListed ? people : [...people, person], count: count + 1 });
}

function listed({ people, count }: Fault): string {
  const more = count > people.length ? ` and ${count - people.length} more` : "";
  return `${people.join(", ")}${more}`;
}

function printNextSteps(terminal: Terminal, file: string): void {
  terminal.step(`${paint.good("open")}    ${paint.strong(pathToFileURL(file.replace(/\.eml$/, ".html")).href)}`);
  terminal.step(
    `${paint.dim("next, a letter of real papers, which is not mailed:")} ${programName()} render yesterday --as html > letter.html`,
  );
}

/** Returns how this program was started: `paperboy`, or `node bin/paperboy.js` in a clone. */
function programName(): string {
  const program = process.argv[1] ?? "";
  return program.endsWith(path.join("bin", "paperboy.js")) ? `node ${path.relative("", program)}` : "paperboy";
}
