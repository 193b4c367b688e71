import type { Edition, Letter, Location, Page, Source, View } from "../../core/model.js";
import type { Compared } from "../revisit.js";
import type { Channel } from "../../store/store.js";

/** The version of the record format that this program writes and reads. */
export const RECORD_FORMAT = 3;

/** A page as it was fetched, with its decoded text. */
export interface RecordedPage extends Omit<Page, "fetchedAt" | "generatedAt"> {
  /** The location that was requested; `url` is where redirects ended. */
  readonly requested: Location;
  /** An ISO 8601 instant. */
  readonly fetchedAt: string;
  /** An ISO 8601 instant; null for a file. */
  readonly generatedAt: string | null;
}

/** One reading of a source. A catch-up reads several. */
export interface RecordedRead {
  readonly source: Source;
  readonly early: boolean;
  /** When the page was read and the edition frozen: an ISO 8601 instant. */
  readonly at: string;
  /** The page, and the pages of the API that supplemented it. */
  readonly pages: readonly RecordedPage[];
}

/** The parts of a letter that its recipient sees. */
export type LetterText = Pick<Letter, "subject" | "html" | "text">;

/** The letter of one group of readers, who are not named. `letter` is null when no paper matched their view. */
export interface RecordedLetter {
  readonly view: View;
  readonly readers: number;
  /** Papers of the edition that these readers had been sent before, and were not sent again. */
  readonly withheld: readonly string[];
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
  readonly api: boolean;
  /** The configured `view`, with defaults filled in. */
  readonly view: View;
}

/** The pages that were revisited, and the votes that theirs were compared with. */
export interface RecordedRevisit extends Pick<Compared, "mailed" | "shown"> {
  readonly reads: readonly RecordedRead[];
}

/** A recorded edition: all that is needed to replay it without the network and the database. */
export interface EditionRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly id: string;
  /** When the edition was prepared: an ISO 8601 instant. */
  readonly at: string;
  readonly channel: Channel;
  readonly versions: { readonly paperboy: string; readonly node: string };
  readonly configuration: RecordedConfiguration;
  readonly reads: readonly RecordedRead[];
  readonly edition: Edition;
  /** The input of its revisit; absent without one. */
  readonly revisit?: RecordedRevisit;
  /** Ordered by their number of readers, the largest first. */
  readonly letters: readonly RecordedLetter[];
  /** The number of further distinct letters, which are left out to keep records of large lists small. */
  readonly lettersLeftOut: number;
}
