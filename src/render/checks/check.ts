import type { CheerioAPI } from "cheerio/slim";
import type { Digest, Letter } from "../../core/model.js";
import type { Rule } from "./css.js";
import type { TextPiece } from "./elements.js";

/** An `error` stops the letter. A `warning` is reported, and the letter is sent. */
type Severity = "error" | "warning";

/** One problem that a check found. */
export interface Finding {
  readonly message: string;
  /** Where: a path such as `td.paper > a "PDF"`, or a line of the text part. */
  readonly where?: string;
  /** How often the problem occurs; 1 if absent. */
  readonly count?: number;
}

/** What the checks need to know and a letter does not contain. */
export interface CheckOptions {
  /** Hosts that links may lead to, besides the hosts of the papers: the site, the archive, the logo. */
  readonly allowedHosts: readonly string[];
  /** Mail addresses that the letter may contain, such as those of `from` and `replyTo`. */
  readonly allowedAddresses: readonly string[];
  /** Addresses that receive the letter; the letter, which all of them get, must not contain any of them. */
  readonly readers: readonly string[];
  /** `none`: the letter has no unsubscribe link, and must not contain a broken one. */
  readonly unsubscribe: "required" | "none";
}

/** A parsed letter with the texts of its papers, as the checks read it. */
export interface Checked {
  readonly letter: Letter;
  readonly digest: Digest;
  readonly options: CheckOptions;
  readonly $: CheerioAPI;
  /** The rules of all `<style>` elements. */
  readonly rules: readonly Rule[];
  /** The visible texts of the HTML part, in order. */
  readonly texts: readonly TextPiece[];
  /** Every text and address of the papers, with single spaces. A problem in it comes from the page, not from a template. */
  readonly paperText: string;
  /** Every address of the papers. */
  readonly paperUrls: ReadonlySet<string>;
}

/** One row of the table of checks. */
export interface Check {
  readonly id: string;
  readonly severity: Severity;
  /** What must be true of the letter, in one phrase. */
  readonly requires: string;
  /** How to fix a finding, in one sentence. */
  readonly fix: string;
  /** Returns the findings; none if the letter passes. */
  readonly run: (subject: Checked) => readonly Finding[];
}

/** A check with its findings. */
export interface CheckResult extends Omit<Check, "run"> {
  readonly passed: boolean;
  readonly findings: readonly Finding[];
}
