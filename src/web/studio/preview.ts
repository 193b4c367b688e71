import type { Digest, Letter, Message } from "../../core/model.js";
import type { CheckResult } from "../../render/checks/index.js";
import type { StudioParts, Wish } from "./parts.js";
import { describeProblem } from "./problem.js";
import type { Problem } from "./problem.js";
import { weigh } from "./sizes.js";
import type { Sizes } from "./sizes.js";

/** A letter and everything that is known about it. */
export interface Made {
  readonly letter: Letter;
  readonly checks: readonly CheckResult[];
  readonly sizes: Sizes;
  /** The mail; null when the sender is not configured as it must be, and why. */
  readonly message: Message | null;
  readonly mailProblem: Problem | null;
}

/** What there is to see of a wish: as far as it could be made, and what stopped it. */
export interface Sight {
  readonly digest: Digest | null;
  readonly made: Made | null;
  readonly problem: Problem | null;
}

/** Makes everything that the studio shows. Never throws: what goes wrong is part of the sight. */
export async function see(wish: Wish, parts: StudioParts): Promise<Sight> {
  const [digest, problem] = await attempt(parts, () => parts.compose(wish.source, wish.view));
  if (!digest) return { digest: null, made: null, problem };
  const [made, fault] = await attempt(parts, () => make(digest, wish, parts));
  return { digest, made, problem: fault };
}

async function make(digest: Digest, { theme }: Wish, parts: StudioParts): Promise<Made> {
  const renderer = await parts.renderer(theme);
  const letter = renderer.letter(digest);
  const [message, mailProblem] = await attempt(parts, () => parts.message(letter));
  // What the papers take is told by the letter without them; a template that cannot do without has no such figure.
  const [bare] = await attempt(parts, async () => renderer.letter({ ...digest, kept: [] }));
  return { letter, checks: await parts.check(letter, digest), sizes: weigh(letter, bare), message, mailProblem };
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
