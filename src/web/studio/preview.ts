import type { Digest, Letter } from "../../core/model.js";
import type { Message } from "../../send/message/body.js";
import type { CheckResult } from "../../render/checks/index.js";
import type { PreviewRequest, StudioParts } from "./parts.js";
import { describeProblem } from "./problem.js";
import type { Problem } from "./problem.js";
import { measureSizes } from "./sizes.js";
import type { Sizes } from "./sizes.js";

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
