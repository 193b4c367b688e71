import { fail, ok, skipped } from "./check.js";
import type { Check, Finding } from "./check.js";

/** Where editions are pushed to. */
export interface Pushes {
  /** By the names of the configuration; `url` may hold a secret and is never shown. */
  readonly targets: readonly { readonly name: string; readonly url: URL }[];
  /** Connects, TLS included, and hangs up; nothing is posted. Rejects when that does not come about. */
  readonly probe: (url: URL) => Promise<void>;
}

export const PUSH_CHECKS: readonly Check<Pushes>[] = [
  {
    id: "push.reachable",
    title: "push targets can be reached",
    why: "a target that cannot be reached gets no edition; whether its token still holds, `paperboy push test` shows",
    limitMs: 30_000,
    run: checkTargets,
  },
];

async function checkTargets({ targets, probe }: Pushes): Promise<Finding> {
  if (targets.length === 0) return skipped("no push target is configured");
  const probed = await Promise.all(
    targets.map(({ name, url }) =>
      probe(url).then(
        () => null,
        (error: unknown) => `${name}: ${error instanceof Error ? error.message : String(error)}`,
      ),
    ),
  );
  const failed = probed.filter((what) => what !== null);
  if (failed.length > 0)
    return fail(failed.join("; "), "Check the addresses below `push`, and what this network lets out.");
  return ok(`${targets.map(({ name, url }) => `${name} (${url.host})`).join(", ")}; nothing was posted`);
}
