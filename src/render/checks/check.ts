import type { CheerioAPI } from "cheerio/slim";
import type { Digest, Letter } from "../../core/model.js";
import type { Rule } from "./css.js";
import type { TextPiece } from "./elements.js";

/** An `error` prevents sending. A `warning` is only reported. */
type Severity = "error" | "warning";

/** One problem that a check found. */
export interface Finding {
  readonly message: string;
  /** The position: a path such as `td.paper > a "PDF"`, or a line of the text part. */
  readonly where?: string;
  /** How often the problem occurs; 1 if absent. */
  readonly count?: number;
}

/** The facts that the checks need in addition to the letter. */
export interface CheckOptions {
  /** Allowed hosts of links, apart from those of the papers: the site, the archive, the logo. */
  readonly allowedHosts: readonly string[];
  /** Mail addresses that the letter may contain, such as those of `from` and `replyTo`. */
  readonly allowedAddresses: readonly string[];
  /** The addresses that receive the letter. Because all of them get the same letter, it must contain none of them. */
  readonly readers: readonly string[];
  /** Whether the letter must have an unsubscribe link. With `none`, it must still not have a broken one. */
  readonly unsubscribe: "required" | "none";
}

/** The input of a check: a parsed letter and the texts of its papers. */
export interface Checked {
  readonly letter: Letter;
  readonly digest: Digest;
  readonly options: CheckOptions;
  readonly $: CheerioAPI;
  /** The rules of all `<style>` elements. */
  readonly rules: readonly Rule[];
  /** The visible texts of the HTML part, in order. */
  readonly texts: readonly TextPiece[];
  /** All texts and addresses of the papers, with single spaces. Problems in them come from the page, not from a template. */
  readonly paperText: string;
  /** Every address of the papers. */
  readonly paperUrls: ReadonlySet<string>;
}

/** One row of the table of checks. */
export interface Check {
  readonly id: string;
  readonly severity: Severity;
  /** The requirement, in one phrase. */
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
