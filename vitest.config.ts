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

/** Files that kill processes. The others share module instances, which halves their time. */
const ALONE = ["test/kill/*.test.ts", "test/**/kill.test.ts"];

/** A pattern of files to leave out, which the command line cannot give to projects (`.ci/on-node`). */
const LEFT_OUT = process.env["PAPERBOY_TEST_EXCLUDE"] ?? "node_modules/**";

export default defineConfig({
  test: {
    globalSetup: ["test/support/temporary-folder.ts"],
    setupFiles: ["test/support/seed.ts"],
    // Only a test that hangs takes this long, also on a machine that is busy with other work.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Each file starts its own servers on port 0, so files can run in parallel. Many wait for time-outs, leases and other
    // processes: on two cores three workers keep both cores busy.
    pool: "forks",
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: { name: "shared", include: ["test/**/*.test.ts"], exclude: [...ALONE, LEFT_OUT], isolate: false },
      },
      { extends: true, test: { name: "isolated", include: ALONE, exclude: [LEFT_OUT] } },
    ],
  },
});
