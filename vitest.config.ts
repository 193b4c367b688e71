import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What waits longest for others: processes that are killed, leases that run out. Begun last, it would be waited for alone. */
const WAITS = /\/test\/kill\//;

/** Begins with what waits; the rest as ever: by how long it took before, or where that is not known, by its size. */
class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's, not an array's
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => Number(WAITS.test(other.moduleId)) - Number(WAITS.test(one.moduleId)));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/seed.ts"],
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // Each file starts its own servers on port 0, so files stand beside each other. On two cores vitest by itself takes one at a
    // time; many wait for time-outs, leases and other processes, so a third keeps both cores at work.
    pool: "forks",
    maxWorkers: 3,
    sequence: { sequencer: WaitingFirst },
  },
});
