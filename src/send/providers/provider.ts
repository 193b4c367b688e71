/** A mail provider: one row of the table that `paperboy init`, `paperboy doctor` and the DKIM signer read. */
export interface MailProvider {
  readonly name: string;
  /** Matches its SMTP hosts, in lower case. */
  readonly hosts: RegExp;
  /** How `paperboy init` configures it; missing: `init` does not offer it. */
  readonly setup?: Setup;
  /** The daily limit; missing: not known. */
  readonly limit?: DailyLimit;
  /** Whether it signs for the sender's domain (DKIM) once the domain is set up there. */
  readonly signs: boolean;
  /** Header fields that it replaces, in lower case; a DKIM signature must not cover them. */
  readonly rewrites: readonly string[];
  /** Whether it keeps the envelope sender, which VERP needs. */
  readonly keepsReturnPath: boolean;
  /** What a sender should know, in one sentence. */
  readonly note: string;
  /** Replies to a refused login that only this provider's servers give. */
  readonly loginReplies?: readonly LoginReply[];
  /** What any other refused login (534, 535) means here. */
  readonly refusedLogin?: LoginProblem;
}

export interface Setup {
  /** The name of the preset: `paperboy init --mail NAME`. */
  readonly preset: string;
  /** How `init` calls it; missing: by its name. */
  readonly title?: string;
  readonly host: string;
  /** 465 starts with TLS, 587 switches to TLS by STARTTLS (RFC 8314). */
  readonly port: 465 | 587;
  /** The login: the sender's address, a fixed word, or a user name that the provider assigns. */
  readonly user: "address" | "own" | { readonly fixed: string };
  /** What to use as the password, as the end of a sentence. */
  readonly password: string;
}

export interface DailyLimit {
  readonly perDay: number;
  /** What the limit applies to. */
  readonly of: string;
  /** Whether larger plans exist: then exceeding the limit is a warning. */
  readonly isLargerSold: boolean;
  /** `documented`: by the provider; `reported`: by users. */
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
