import type { Delivery, Digest, Letter, View } from "../../core/model.js";
import type { Message } from "../../send/message/body.js";
import type { CheckResult } from "../../render/checks/index.js";
import type { Renderer } from "../../render/renderer.js";
import type { Watched } from "./watch.js";

/** The letter to preview. */
export interface PreviewRequest {
  /** A SOURCE, as on the command line. */
  readonly source: string;
  readonly theme: string;
  readonly view: View;
}

/** A page on disk that can be previewed. */
export interface SavedPage {
  /** Its SOURCE. */
  readonly source: string;
  /** Its file, or the URL from which it was fetched. */
  readonly label: string;
}

/** The studio's dependencies. Each call uses the current configuration. */
export interface StudioParts {
  /** Returns the initial request. Throws if the configuration is invalid. */
  readonly start: () => Promise<PreviewRequest>;
  readonly saved: () => Promise<readonly SavedPage[]>;
  /** Returns the names of the themes. */
  readonly themes: () => readonly string[];
  /** Returns the languages in which letters are available. */
  readonly languages: () => readonly string[];
  /** Returns the digest of a source. Throws `usage` for a source that a web page must not open. */
  readonly compose: (source: string, view: View) => Promise<Digest>;
  readonly renderer: (theme: string) => Promise<Renderer>;
  readonly check: (letter: Letter, digest: Digest) => Promise<readonly CheckResult[]>;
  /** Composes the message as a run would. */
  readonly message: (letter: Letter) => Promise<Message>;
  /** Mails a test letter. Throws for an invalid address, a failed check or an unreachable server. */
  readonly send: (letter: Letter, digest: Digest, to: string) => Promise<Delivery>;
  /** Returns the text of a file that an error message names, or null if it cannot be read. */
  readonly read: (file: string) => string | null;
  /** Returns the folders whose files affect the letter. */
  readonly watched: () => Promise<readonly Watched[]>;
}
