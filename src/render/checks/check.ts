import type { CheerioAPI } from "cheerio/slim";
import type { Digest, Letter } from "../../core/model.js";
import type { Rule } from "./css.js";
import type { TextPiece } from "./elements.js";

/** `error`: nothing may be sent. `warning`: it may, but somebody should look. */
type Severity = "error" | "warning";

/** One thing that a check found wrong. */
export interface Finding {
  readonly message: string;
  /** Where: a path such as `td.paper > a "PDF"`, or a line of the text part. */
  readonly where?: string;
  /** How many places show it; 1 when nothing is said. */
  readonly count?: number;
}

/** What a check must be told, since no letter says it about itself. */
export interface CheckOptions {
  /** Hosts that links may lead to, beside those of the papers' own addresses: the site, the archive, the logo. */
  readonly allowedHosts: readonly string[];
  /** Mail addresses that may stand in the letter: the sender's, and where answers go. */
  readonly allowedAddresses: readonly string[];
  /** Those who get the letter: the address of none of them may stand in a part that all of them get. */
  readonly readers: readonly string[];
  /** `none`: this letter promises no way to unsubscribe, so nothing in it may look like one that leads nowhere. */
  readonly unsubscribe: "required" | "none";
}

/** A letter made ready for the checks: parsed once, with the words of its papers at hand. */
export interface Checked {
  readonly letter: Letter;
  readonly digest: Digest;
  readonly options: CheckOptions;
  readonly $: CheerioAPI;
  /** The rules of all `<style>` elements. */
  readonly rules: readonly Rule[];
  /** What a reader of the HTML part sees, in order. */
  readonly texts: readonly TextPiece[];
  /** Every text and address that the papers brought with them, blanks made single. What stands here is the page's doing, not ours. */
  readonly paperText: string;
  /** Every address that the papers brought with them. */
  readonly paperUrls: ReadonlySet<string>;
}

/** One row of the table of checks. */
export interface Check {
  readonly id: string;
  readonly severity: Severity;
  /** What it looks at, in one phrase. */
  readonly looksAt: string;
  /** How to mend what it finds, in one sentence. */
  readonly mend: string;
  /** Pure; an empty list means that the letter passes. */
  readonly run: (subject: Checked) => readonly Finding[];
}

/** A check's row and what it found. */
export interface CheckResult extends Omit<Check, "run"> {
  readonly passed: boolean;
  readonly findings: readonly Finding[];
}
