import type { Digest, Edition, View } from "../core/model.js";
import type { NoEdition } from "../editions/freeze.js";
import { readEdition } from "../editions/read-edition.js";
import { rank } from "../rank/digest.js";
import type { VoteChanges } from "../rank/revisit.js";
import { openLikedTexts } from "./interests.js";
import type { LikedApp } from "./interests.js";
import { withRevisit } from "./revisit.js";
import type { RevisitApp } from "./revisit.js";

interface DigestRead {
  readonly digest: Digest;
  /** The papers of earlier editions whose votes did not jump. */
  readonly others: VoteChanges["others"];
}

/** Reads a SOURCE and ranks it for a view, as a run does, for commands that mail no list. A day may be still filling. */
export async function readDigest(
  app: LikedApp & RevisitApp,
  source: string,
  view: View,
): Promise<DigestRead | NoEdition> {
  const read = await readEdition({ source: app.source(source), early: true }, await app.parts());
  if ("reason" in read) return read;
  const { edition, others } = await withRevisit(app, read.edition, view);
  return { digest: await rankLiked(app, edition, view), others };
}

/** Ranks an edition for a view whose liked texts are looked up. */
export async function rankLiked(app: LikedApp, edition: Edition, view: View): Promise<Digest> {
  return rank(edition, view, view.interests === undefined ? {} : { liked: await openLikedTexts(app)(view) });
}
