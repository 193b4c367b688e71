/** A table, and by which columns its rows are told apart and put in order. */
export interface CopiedTable {
  readonly name: string;
  readonly key: readonly string[];
}

function table(name: string, ...key: readonly string[]): CopiedTable {
  return { name, key: key.length === 0 ? ["id"] : key };
}

/** Everything that is remembered, each table after those that it points to; a test holds this to the tables there are. */
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
  table("token_buckets", "name"),
  table("transactional_mails"),
  table("inbox"),
  table("soft_bounces"),
  table("pushes"),
  table("archive_editions", "edition_ref"),
  table("archive_papers"),
  table("archive_paper_editions", "paper_ref", "edition_ref"),
];

/** What is not copied: where a database was made, and the words of the archive, which each kind keeps in its own way. */
export const NOT_COPIED: readonly string[] = ["meta", "database_identity", "archive_index"];
