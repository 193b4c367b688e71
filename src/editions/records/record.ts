import type { Edition, Letter, Location, Page, Source, View } from "../../core/model.js";
import type { Compared } from "../revisit.js";
import type { Channel } from "../../store/store.js";

/** The form of records that this version writes and reads. */
export const RECORD_FORM = 1;

/** A page as it was read; its body is the text that the bytes were decoded to. */
export interface RecordedPage extends Omit<Page, "fetchedAt"> {
  /** What was asked for; `url` is where redirects ended. */
  readonly asked: Location;
  /** An ISO 8601 instant. */
  readonly fetchedAt: string;
}

/** One source, read: a catch-up reads several. */
export interface RecordedRead {
  readonly source: Source;
  readonly early: boolean;
  /** What the clock said when the page was read and frozen; an ISO 8601 instant. */
  readonly at: string;
  /** The page, and those of the API where it helped out. */
  readonly pages: readonly RecordedPage[];
}

/** The parts of a letter that a reader sees. */
export type LetterText = Pick<Letter, "subject" | "html" | "text">;

/** What one group of readers got, or would have got: nothing (`letter` null) when no paper fitted. Nobody is named. */
export interface RecordedLetter {
  readonly view: View;
  readonly readers: number;
  /** Papers of the edition that these readers were not offered, since they have had them. */
  readonly withheld: readonly string[];
  /** The papers that stand in it, in order. */
  readonly papers: readonly string[];
  /** SHA-256 over subject, HTML and text, shortened; null without a letter. */
  readonly hash: string | null;
  readonly letter: LetterText | null;
}

/** The settings of the run, masked as `paperboy config` does, and without addresses. */
export interface RecordedConfiguration {
  /** SHA-256 over the settings as they stand here: another hash means that a setting that shows was another. */
  readonly hash: string;
  readonly settings: readonly { readonly setting: string; readonly value: unknown; readonly from: string }[];
  readonly site: string;
  readonly api: boolean;
  /** What `view` of the configuration said, with the defaults. */
  readonly view: View;
}

/** The pages that were looked at again, and what their votes were compared with. */
export interface RecordedRevisit extends Pick<Compared, "mailed" | "shown"> {
  readonly reads: readonly RecordedRead[];
}

/** An edition as it was made: enough to make it again without the network and without the database. */
export interface EditionRecord {
  readonly form: typeof RECORD_FORM;
  readonly id: string;
  /** What the run's clock said when the edition had been prepared; an ISO 8601 instant. */
  readonly at: string;
  readonly channel: Channel;
  readonly versions: { readonly paperboy: string; readonly node: string };
  readonly configuration: RecordedConfiguration;
  readonly reads: readonly RecordedRead[];
  readonly edition: Edition;
  /** What its revisit was made from; absent without one. */
  readonly revisit?: RecordedRevisit;
  /** By the number of their readers, most first. */
  readonly letters: readonly RecordedLetter[];
  /** How many different letters there were beside these: the record of a large list stays small. */
  readonly lettersLeftOut: number;
}
