import { randomBytes } from "node:crypto";
import type { PreviewRequest, StudioParts } from "./parts.js";
import { buildPreview } from "./preview.js";
import type { Preview } from "./preview.js";
import { describeProblem } from "./problem.js";
import type { Problem } from "./problem.js";
import { watchFolders } from "./watch.js";

/** The result of sending a test letter. */
export interface TestResult {
  readonly to: string;
  readonly isGood: boolean;
  /** The mail server's reply, or the reason why the letter was not sent. */
  readonly answer: string;
  readonly hint: string | null;
}

/** The studio without its web server. */
export interface Studio {
  readonly parts: StudioParts;
  /** Returns the initial request. If the configuration has become invalid, returns the previous one and the problem. */
  start(): Promise<{ readonly request: PreviewRequest; readonly problem: Problem | null }>;
  /** Returns the preview of a request, cached until a watched file changes. */
  preview(request: PreviewRequest): Promise<Preview>;
  /** Returns the version, which differs after each change and for each studio. */
  version(): string;
  /** Calls `listener` with the version after each change. Returns a function that removes the listener. */
  onChange(listener: (version: string) => void): () => void;
  /** Mails a test letter and returns the number of its result. */
  send(request: PreviewRequest, to: string): Promise<number>;
  sent(number: number): TestResult | null;
  close(): void;
}

/** Number of cached previews. The oldest is evicted. */
const MAX_PREVIEWS = 12;

/**
 * Creates the studio and watches the folders whose files affect the letter.
 * @throws PaperboyError `config-invalid` if the configuration is invalid.
 */
export async function openStudio(parts: StudioParts): Promise<Studio> {
  const name = randomBytes(6).toString("hex");
  const previews = new Map<string, Promise<Preview>>();
  const listeners = new Set<(version: string) => void>();
  const results: TestResult[] = [];
  let changes = 0;
  let initial = await parts.start();

  const version = () => `${name}-${changes}`;
  const watcher = await watchFolders(parts.watched, () => {
    changes += 1;
    previews.clear();
    for (const listener of listeners) listener(version());
  });
  const cachedPreview = (request: PreviewRequest): Promise<Preview> => {
    const key = JSON.stringify(request);
    const preview = previews.get(key) ?? buildPreview(request, parts);
    previews.set(key, preview);
    const [oldest] = previews.keys();
    if (previews.size > MAX_PREVIEWS && oldest !== undefined) previews.delete(oldest);
    return preview;
  };

  return {
    parts,
    start: async () => {
      try {
        initial = await parts.start();
        return { request: initial, problem: null };
      } catch (error) {
        return { request: initial, problem: describeProblem(error, parts.read) };
      }
    },
    preview: cachedPreview,
    version,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send: async (request, to) => results.push(await sendTest(await cachedPreview(request), to, parts)) - 1,
    sent: (number) => results[number] ?? null,
    close: () => watcher.close(),
  };
}

async function sendTest({ digest, rendered, problem }: Preview, to: string, parts: StudioParts): Promise<TestResult> {
  if (!digest || !rendered) {
    return { to, isGood: false, answer: problem?.message ?? "there is no letter", hint: problem?.hint ?? null };
  }
  try {
    const { state, detail } = await parts.send(rendered.letter, digest, to);
    return { to, isGood: state === "sent", answer: state === "sent" ? detail : `${state}: ${detail}`, hint: null };
  } catch (error) {
    const { message, hint } = describeProblem(error, parts.read);
    return { to, isGood: false, answer: message, hint };
  }
}
