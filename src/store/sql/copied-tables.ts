/** A table, with the columns that identify and order its rows. */
export interface CopiedTable {
  readonly name: string;
  readonly key: readonly string[];
}

function table(name: string, ...key: readonly string[]): CopiedTable {
  return { name, key: key.length === 0 ? ["id"] : key };
}

/** The tables to copy, each after the tables that it refers to. A test compares this list with the schema. */
export const COPIED: readonly CopiedTable[] = [
  table("views"),
  table("subscribers"),
  table("suppressions", "hash"),
  table("editions"),
  table("letters"),
  table("letter_papers", "letter_id", "paper"),
  table("covered_days", "channel", "day", "edition_ref"),
  table("deliveries"),
  table("runs"),
  table("named_values", "name"),
  table("signups"),
  table("signup_attempts", "hash"),
  table("newcomers", "subscriber_id"),
  table("growth", "day", "event"),
  table("token_buckets", "name"),
  table("transactional_mails"),
  table("inbox"),
  table("bounces"),
  table("pushes"),
  table("archive_editions", "edition_ref"),
  table("archive_papers"),
  table("archive_paper_editions", "paper_ref", "edition_ref"),
];

/**
 * The tables that are not copied: the identity of a database, the snapshot of a run in progress, and the search index, which
 * differs between the kinds.
 */
export const NOT_COPIED: readonly string[] = ["meta", "database_identity", "audience_snapshot", "archive_index"];
