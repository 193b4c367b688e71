import type { Letter } from "../../core/model.js";
import type { ReadyMessage } from "./body.js";
import { type ComposeContext, makeStencil, type Reader, stamp } from "./template.js";

export type { ComposeContext } from "./template.js";

/**
 * A letter as one reader's mail; for many readers, make one stencil. The same letter, reader and context always give the
 * same bytes. Addresses must have passed `parseAddress`.
 * @throws PaperboyError config-invalid as `makeStencil` and `stamp` do.
 */
export async function composeMessage(letter: Letter, reader: Reader, context: ComposeContext): Promise<ReadyMessage> {
  return Promise.resolve(stamp(makeStencil(letter, context), reader));
}
