import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/seed.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Each file starts its own servers on port 0; two cores run two files side by side.
    pool: "forks",
  },
});
