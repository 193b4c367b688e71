import { randomBytes } from "node:crypto";
import type { Digest, Letter } from "../../core/model.js";
import type { CheckResult } from "../../render/checks/index.js";
import type { Message } from "../../send/message/body.js";
import type { PreviewRequest, StudioParts } from "./parts.js";
import { describeProblem } from "./problem.js";
import type { Problem } from "./problem.js";
import { measureSizes } from "./sizes.js";
import type { Sizes } from "./sizes.js";
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

/** A letter with its check results, sizes and message. */
export interface RenderedLetter {
  readonly letter: Letter;
  readonly checks: readonly CheckResult[];
  readonly sizes: Sizes;
  /** The composed message, or null with `mailProblem` if the sender's configuration is invalid. */
  readonly message: Message | null;
  readonly mailProblem: Problem | null;
}

/** The results of a request, and the problem that prevented the others. */
export interface Preview {
  readonly digest: Digest | null;
  readonly rendered: RenderedLetter | null;
  readonly problem: Problem | null;
}

/** Builds the preview of a request. Never rejects: errors become part of the preview. */
export async function buildPreview(request: PreviewRequest, parts: StudioParts): Promise<Preview> {
  const [digest, digestProblem] = await attempt(parts, () => parts.compose(request.source, request.view));
  if (!digest) return { digest: null, rendered: null, problem: digestProblem };
  const [rendered, problem] = await attempt(parts, () => renderLetter(digest, request, parts));
  return { digest, rendered, problem };
}

async function renderLetter(digest: Digest, { theme }: PreviewRequest, parts: StudioParts): Promise<RenderedLetter> {
  const renderer = await parts.renderer(theme);
  const letter = renderer.letter(digest);
  const [message, mailProblem] = await attempt(parts, () => parts.message(letter));
  // The size of the papers is the difference to a letter without papers, which some templates cannot render.
  const [empty] = await attempt(parts, async () => renderer.letter({ ...digest, kept: [] }));
  const checks = await parts.check(letter, digest);
  return { letter, checks, sizes: measureSizes(letter, empty), message, mailProblem };
}

async function attempt<T>(
  { read }: StudioParts,
  work: () => Promise<T>,
): Promise<readonly [T, null] | readonly [null, Problem]> {
  try {
    return [await work(), null];
  } catch (error) {
    return [null, describeProblem(error, read)];
  }
}
