import { randomBytes } from "node:crypto";
import type { StudioParts, Wish } from "./parts.js";
import { describeProblem } from "./problem.js";
import type { Problem } from "./problem.js";
import { watchFolders } from "./watch.js";
import { see } from "./preview.js";
import type { Sight } from "./preview.js";

/** What became of a test letter. */
export interface Sent {
  readonly to: string;
  readonly isGood: boolean;
  /** What the mail server said, or why nothing was handed to it. */
  readonly answer: string;
  readonly hint: string | null;
}

/** The studio without its web server. */
export interface Studio {
  readonly parts: StudioParts;
  /** What is shown first. After a change that broke the configuration: what was shown before, and the problem. */
  start(): Promise<{ readonly wish: Wish; readonly problem: Problem | null }>;
  /** What there is to see; kept until something changes. */
  see(wish: Wish): Promise<Sight>;
  /** Another one after each change, and in each new studio. */
  version(): string;
  /** Calls back with the version after each change, until the answer is called. */
  onChange(listener: (version: string) => void): () => void;
  /** Mails a test letter and answers with the number under which its outcome is kept. */
  send(wish: Wish, to: string): Promise<number>;
  sent(number: number): Sent | null;
  close(): void;
}

/** More letters than this are not kept; the oldest goes. */
const MOST_KEPT = 12;

/**
 * Opens the studio and watches the folders that change the letter.
 * @throws PaperboyError `config-invalid` when the configuration is wrong already.
 */
export async function openStudio(parts: StudioParts): Promise<Studio> {
  const name = randomBytes(6).toString("hex");
  const sights = new Map<string, Promise<Sight>>();
  const listeners = new Set<(version: string) => void>();
  const outcomes: Sent[] = [];
  let changes = 0;
  let wish = await parts.start();

  const version = () => `${name}-${changes}`;
  const watcher = await watchFolders(parts.watched, () => {
    changes += 1;
    sights.clear();
    for (const listener of listeners) listener(version());
  });
  const seeOnce = (wanted: Wish): Promise<Sight> => {
    const key = JSON.stringify(wanted);
    const known = sights.get(key) ?? see(wanted, parts);
    sights.set(key, known);
    const [oldest] = sights.keys();
    if (sights.size > MOST_KEPT && oldest !== undefined) sights.delete(oldest);
    return known;
  };

  return {
    parts,
    start: async () => {
      try {
        wish = await parts.start();
        return { wish, problem: null };
      } catch (error) {
        return { wish, problem: describeProblem(error, parts.read) };
      }
    },
    see: seeOnce,
    version,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send: async (wanted, to) => outcomes.push(await sendTest(await seeOnce(wanted), to, parts)) - 1,
    sent: (number) => outcomes[number] ?? null,
    close: () => watcher.close(),
  };
}

async function sendTest({ digest, made, problem }: Sight, to: string, parts: StudioParts): Promise<Sent> {
  if (!digest || !made) {
    return { to, isGood: false, answer: problem?.message ?? "there is no letter", hint: problem?.hint ?? null };
  }
  try {
    const { state, detail } = await parts.send(made.letter, digest, to);
    return { to, isGood: state === "sent", answer: state === "sent" ? detail : `${state}: ${detail}`, hint: null };
  } catch (error) {
    const { message, hint } = describeProblem(error, parts.read);
    return { to, isGood: false, answer: message, hint };
  }
}
