import type { Edition, Letter, LikedText, Location, Page, Source, View } from "../../core/model.js";
import type { Compared } from "../revisit.js";
import type { Channel } from "../../store/store.js";

/** The version of the record format that this program writes and reads. */
export const RECORD_FORMAT = 4;

/** A fetched page, with its decoded text. */
export interface RecordedPage extends Omit<Page, "fetchedAt" | "generatedAt"> {
  /** The requested location. `url` is the final address, after redirects. */
  readonly requested: Location;
  /** An ISO 8601 instant. */
  readonly fetchedAt: string;
  /** An ISO 8601 instant; null for a file. */
  readonly generatedAt: string | null;
}

/** A source as it was read. A catch-up has several. */
export interface RecordedRead {
  readonly source: Source;
  readonly early: boolean;
  /** The instant at which the page was read and the edition frozen, in ISO 8601. */
  readonly at: string;
  /** The page, followed by the pages of the API that supplemented it. */
  readonly pages: readonly RecordedPage[];
}

/** The parts of a letter that its recipient sees. */
export type LetterText = Pick<Letter, "subject" | "html" | "text">;

/** The letter of one group of readers, without their addresses. `letter` is null if no paper matched their view. */
export interface RecordedLetter {
  readonly view: View;
  readonly readers: number;
  /** Papers of the edition that these readers already had, and so were not sent again. */
  readonly withheld: readonly string[];
  /** The texts that the view likes; absent: none. */
  readonly liked?: readonly LikedText[];
  /** The papers of the letter, in order. */
  readonly papers: readonly string[];
  /** The first 16 hexadecimal digits of the SHA-256 of subject, HTML and text; null without a letter. */
  readonly hash: string | null;
  readonly letter: LetterText | null;
}

/** The settings of the run, with secrets masked and addresses replaced. */
export interface RecordedConfiguration {
  /** SHA-256 of `settings`. */
  readonly hash: string;
  readonly settings: readonly { readonly setting: string; readonly value: unknown; readonly from: string }[];
  readonly site: string;
  readonly api: boolean | null;
  /** The configured `view`, with defaults filled in. */
  readonly view: View;
}

/** The pages that were read again, and the earlier votes that were compared with theirs. */
export interface RecordedRevisit extends Pick<Compared, "mailed" | "shown"> {
  readonly reads: readonly RecordedRead[];
}

/** A recorded edition, with everything that a replay needs instead of the network and the database. */
export interface EditionRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly id: string;
  /** The instant at which the edition was prepared, in ISO 8601. */
  readonly at: string;
  readonly channel: Channel;
  readonly versions: { readonly paperboy: string; readonly node: string };
  readonly configuration: RecordedConfiguration;
  readonly reads: readonly RecordedRead[];
  readonly edition: Edition;
  /** The input of its revisit; absent without one. */
  readonly revisit?: RecordedRevisit;
  /** Sorted by number of readers, largest first. */
  readonly letters: readonly RecordedLetter[];
  /** The number of further letters, which were left out to keep the record small. */
  readonly lettersLeftOut: number;
}
