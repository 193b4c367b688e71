import { PaperboyError } from "../core/errors.js";
import type { Digest, Edition, Letter, Paper } from "../core/model.js";
import { rank } from "../rank/digest.js";
import { wantsRevisit } from "../rank/revisit.js";
import type { Compared, Looked } from "./revisit.js";
import type { AudienceGroup, AudienceQuery, EditionStore, GroupLetter } from "../store/store.js";

/**
 * How long after it was prepared a letter may still go out. Late in the second day its news is no news, and the next
 * edition is due (docs/architecture.md, "Time").
 */
const SEND_WITHIN_MS = 44 * 3_600_000;

/** A reader gets no paper again that was in a letter of the last days; a week's or month's letter is a survey and may repeat. */
const HAD_WITHIN_MS = 30 * 86_400_000;

/** Somebody who joins or leaves between asking and saving makes us ask again; nobody does so this often in a row. */
const MOST_TRIES = 5;

export interface PrepareParts {
  readonly editions: EditionStore;
  /** Renders a digest and looks at the letter through every check; throws `config-invalid` when it is not sound. */
  readonly letter: (digest: Digest) => Promise<Letter>;
  readonly now: Date;
  /** Looks again at earlier editions, once, where the view of any reader asks for it. */
  readonly revisitEditions: (edition: Edition, channel: AudienceQuery["channel"]) => Promise<Looked>;
  /** Hears of an edition that is saved, before anything of it is sent, and what each group of its readers gets. */
  readonly onPrepared?: (prepared: PreparedEdition) => Promise<void>;
}

/** An edition that is saved, and what each group of its readers gets. */
export interface PreparedEdition {
  readonly edition: Edition;
  readonly channel: AudienceQuery["channel"];
  readonly groups: readonly PreparedGroup[];
  /** What a revisit was made from; null without one. */
  readonly compared: Compared | null;
}

/** Readers who get the same letter, or none (null) when no paper of theirs is left. */
export interface PreparedGroup extends Pick<AudienceGroup, "view" | "readers">, Pick<GroupLetter, "letter" | "papers"> {
  /** Papers of the edition that they are not offered again, or that are from before they joined. */
  readonly withheld: readonly string[];
}

/** An edition, and who it is for. */
export interface Order extends Pick<AudienceQuery, "frequency" | "named" | "channel"> {
  readonly edition: Edition;
  /** The days that count as done once this is prepared; empty where it is not about days. */
  readonly days: readonly string[];
}

/**
 * Freezes an edition, renders and checks one letter for each group of readers who get the same, and saves all deliveries in
 * one transaction. Nothing is saved when a letter is not sound or the counts do not add up.
 * @throws PaperboyError `config-invalid` (a letter), `store-failed`.
 */
export async function prepareEdition(order: Order, parts: PrepareParts): Promise<"prepared" | "already-prepared"> {
  const { channel, days } = order;
  const query = audienceOf(order, parts.now);
  let looked: Looked | null = null;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const groups = await parts.editions.audience(query);
    if (groups.some(({ view }) => wantsRevisit(view))) looked ??= await parts.revisitEditions(order.edition, channel);
    const { edition, compared } = looked ?? { edition: order.edition, compared: null };
    const letters: (GroupLetter & PreparedGroup)[] = [];
    for (const group of groups) letters.push(await letterFor(edition, group, parts));
    const sendBefore = new Date(Number(parts.now) + SEND_WITHIN_MS);
    const result = await parts.editions.prepare({ edition, channel, query, letters, now: parts.now, sendBefore, days });
    if (result === "prepared") await parts.onPrepared?.({ edition, channel, groups: letters, compared });
    if (result === "prepared" || result === "already-prepared") return result;
    if (result === "miscounted") break;
  }
  throw new PaperboyError("store-failed", {
    message: `the readers of ${order.edition.id} do not add up`,
    hint: "Nothing was saved or mailed. Run `paperboy store check`, and report it if that finds nothing.",
  });
}

function audienceOf({ edition, frequency, named, channel, days }: Order, now: Date): AudienceQuery {
  const mayRepeat = edition.kind === "week" || edition.kind === "month";
  const hadSince = new Date(Number(now) - (mayRepeat ? 0 : HAD_WITHIN_MS));
  return { frequency, named, edition: { id: edition.id, papers: edition.papers }, channel, now, hadSince, days };
}

async function letterFor(
  edition: Edition,
  group: AudienceGroup,
  { letter }: PrepareParts,
): Promise<GroupLetter & PreparedGroup> {
  const { key, view, firstDay, readers } = group;
  const had = new Set(group.had);
  const isTooOld = ({ featuredOn }: Paper): boolean =>
    // Only a catch-up has days that somebody may have joined after.
    edition.days !== undefined && firstDay !== null && featuredOn !== null && featuredOn < firstDay;
  const isOffered = (paper: Paper): boolean => !had.has(paper.id) && !isTooOld(paper);
  const papers = edition.papers.filter(isOffered);
  const withheld = edition.papers.filter((paper) => !isOffered(paper)).map(({ id }) => id);
  const digest = rank({ ...edition, papers }, view);
  const shared = { key, view, readers, withheld };
  if (digest.kept.length > 0) {
    return { ...shared, letter: await letter(digest), papers: digest.kept.map(({ paper }) => paper.id) };
  }
  return { ...shared, letter: null, excluded: papers.length === 0 ? "had" : "no-match", papers: [] };
}
