import * as fc from "fast-check";

/**
 * Property tests use the same cases in every run, so that a passing commit keeps passing. PAPERBOY_TEST_SEED selects other cases
 * (`PAPERBOY_TEST_SEED=$RANDOM npm test`).
 */
fc.configureGlobal({ seed: Number(process.env["PAPERBOY_TEST_SEED"] ?? 20_261_123) });

/** Any code point except a surrogate: fast-check's unit `binary`, which takes two seconds to build its tables. */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10f7ff })
  .map((point) => String.fromCodePoint(point < 0xd800 ? point : point + 0x800));
