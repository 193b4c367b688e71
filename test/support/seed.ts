import * as fc from "fast-check";

/**
 * Property tests use the same cases in every run, so that a passing commit keeps passing. PAPERBOY_TEST_SEED selects other cases
 * (`PAPERBOY_TEST_SEED=$RANDOM npm test`).
 */
fc.configureGlobal({ seed: Number(process.env["PAPERBOY_TEST_SEED"] ?? 20_261_123) });
