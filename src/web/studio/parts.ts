import type { Delivery, Digest, Letter, Message, View } from "../../core/model.js";
import type { CheckResult } from "../../render/checks/index.js";
import type { Branding, Renderer } from "../../render/renderer.js";
import type { Watched } from "./watch.js";

export type Theme = Branding["theme"];

/** What is looked at: one letter. */
export interface Wish {
  /** A SOURCE, as on the command line. */
  readonly source: string;
  readonly theme: Theme;
  readonly view: View;
}

/** A page that was saved and can be looked at again. */
export interface SavedPage {
  /** The SOURCE that names it. */
  readonly source: string;
  /** What a person knows it by: its file, or the address that it came from. */
  readonly label: string;
}

/** What the studio needs of the world; the command hands it in. Each part works with the configuration as it is now. */
export interface StudioParts {
  /** What is shown when the address asks for nothing else. Throws when the configuration is wrong. */
  readonly start: () => Promise<Wish>;
  readonly saved: () => Promise<readonly SavedPage[]>;
  /** The languages that the letter speaks. */
  readonly languages: () => readonly string[];
  /** The digest of a source; a page is fetched once. Throws `usage` for a source that a web page may not name. */
  readonly compose: (source: string, view: View) => Promise<Digest>;
  readonly renderer: (theme: Theme) => Promise<Renderer>;
  readonly check: (letter: Letter, digest: Digest) => Promise<readonly CheckResult[]>;
  /** The mail as a run would make it. */
  readonly message: (letter: Letter) => Promise<Message>;
  /** Mails a test letter. Throws what stops it: an address that is none, a failed check, a server that is away. */
  readonly send: (letter: Letter, digest: Digest, to: string) => Promise<Delivery>;
  /** The text of a file as error messages name it; null when it cannot be read. */
  readonly read: (file: string) => string | null;
  /** The folders in which a change changes the letter. */
  readonly watched: () => Promise<readonly Watched[]>;
}
