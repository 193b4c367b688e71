import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take 25 seconds or more. Started last, each would run alone at the end. */
const SLOW =
  /\/test\/(?:kill\/|inbox\/kill|store\/postgres\.test|parse\/mutations|render\/budget|ops\/setup\/github)|(?:fault-matrix-stores|in-browser|live|reasons|fortnight)\.test/;

/** Starts the slow files first and orders the others as vitest does: by their last duration, or by size when it is unknown. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's, not an array's
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => Number(SLOW.test(other.moduleId)) - Number(SLOW.test(one.moduleId)));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/seed.ts"],
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // Each file starts its own servers on port 0, so files can run in parallel. Many wait for time-outs, leases and other
    // processes: on two cores three workers keep both cores busy.
    pool: "forks",
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
  },
});
