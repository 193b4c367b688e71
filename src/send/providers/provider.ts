/** A mail provider: one row of the table that `paperboy init`, `paperboy doctor` and the DKIM signer read. */
export interface MailProvider {
  readonly name: string;
  /** Matches the SMTP hosts of the provider, in lower case. */
  readonly hosts: RegExp;
  /** How `paperboy init` configures it. If absent, `init` does not offer it. */
  readonly setup?: Setup;
  /** The daily limit, if known. */
  readonly limit?: DailyLimit;
  /** Whether it signs mail for the sender's domain (DKIM) once the domain is set up there. */
  readonly signs: boolean;
  /** Header fields that it replaces, in lower case. A DKIM signature must not cover them. */
  readonly rewrites: readonly string[];
  /** Whether it keeps the envelope sender, which VERP needs. */
  readonly keepsReturnPath: boolean;
  /** A note for senders, in one sentence. */
  readonly note: string;
  /** Replies to a refused login that identify this provider. */
  readonly loginReplies?: readonly LoginReply[];
  /** The meaning of any other refused login (534, 535). */
  readonly refusedLogin?: LoginProblem;
}

export interface Setup {
  /** The name of the preset: `paperboy init --mail NAME`. */
  readonly preset: string;
  /** Its title in `init`, if that is not its name. */
  readonly title?: string;
  readonly host: string;
  /** 465 for implicit TLS, 587 for STARTTLS (RFC 8314). */
  readonly port: 465 | 587;
  /** The user name: the sender's address, one that the provider assigns, or a fixed word. */
  readonly user: "address" | "own" | { readonly fixed: string };
  /** Which password to use, as the end of a sentence. */
  readonly password: string;
}

export interface DailyLimit {
  readonly perDay: number;
  /** The account or plan with this limit. */
  readonly of: string;
  /** Whether larger plans exist. If so, exceeding the limit is only a warning. */
  readonly hasLargerPlans: boolean;
  /** Whether the provider documents the limit or users report it. */
  readonly source: "documented" | "reported";
}

/** The cause of a refused login, and the step that fixes it, one sentence each. */
export interface LoginProblem {
  readonly means: string;
  readonly step: string;
}

export interface LoginReply extends LoginProblem {
  readonly words: RegExp;
}
