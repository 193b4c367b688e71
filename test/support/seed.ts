import * as fc from "fast-check";

/**
 * Property tests try the same cases on every run, so that a green commit stays green; PAPERBOY_TEST_SEED tries others
 * (`PAPERBOY_TEST_SEED=$RANDOM npm test`).
 */
fc.configureGlobal({ seed: Number(process.env["PAPERBOY_TEST_SEED"] ?? 20_261_123) });
