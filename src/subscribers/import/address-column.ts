/**
 * The names of the column with the address, the preferred one first, in lower case without spaces and punctuation. Seen in exports of
 * Mailchimp (`Email Address`), Buttondown (`email_address`), Substack (`email`, `user_email_address`), Google Contacts (`E-mail 1 -
 * Value`), Outlook (`E-mail Address`), Brevo (`EMAIL`), CiviCRM (`Primary Email`) and spreadsheets in other languages.
 */
const NAMES: readonly string[] = [
  "email",
  "emailaddress",
  "email1value",
  "email1address",
  "primaryemail",
  "primaryemailaddress",
  "subscriberemail",
  "subscriberemailaddress",
  "useremail",
  "useremailaddress",
  "memberemail",
  "contactemail",
  "mail",
  "mailaddress",
  "emailadresse",
  "mailadresse",
  "adresseemail",
  "adressemail",
  "courriel",
  "correo",
  "correoelectronico",
  "indirizzoemail",
  "电子邮件",
  "电子邮箱",
  "邮箱",
  "メールアドレス",
  "이메일",
  "email2value",
  "email2address",
  "email3value",
  "email3address",
];

/** Returns a column's name in lower case without accents, spaces and punctuation, so that spellings compare equal. */
function bareName(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .normalize("NFC")
    .toLowerCase();
}

const RANKS: ReadonlyMap<string, number> = new Map(NAMES.map((name, rank) => [bareName(name), rank]));

/** Whether a column of this name has the address. */
export function isAddressColumn(name: string): boolean {
  return RANKS.has(bareName(name));
}

/** Returns the columns with an address among those of a file, the preferred one first. */
export function addressColumns(names: readonly string[]): readonly string[] {
  return names.filter(isAddressColumn).toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf(name: string): number {
  return RANKS.get(bareName(name)) ?? 0;
}

/** `Jane Doe <jane@example.org>`, also with a list separator after it. Control characters are left to the address parser. */
const WITH_NAME = /^[^<>\p{Cc}]*<([^<>]*)>[\s,;]*$/u;

/** Several addresses in one cell of Google Contacts: the first one is the primary address. */
const SEVERAL = " ::: ";

/** Returns the address of a cell, without the name and the angle brackets around it. */
export function plainAddress(cell: string): string {
  const [first = ""] = cell.split(SEVERAL);
  return (WITH_NAME.exec(first.trim())?.[1] ?? first).trim();
}

/** Whether a cell looks like an address. The address parser decides whether it is one. */
export function looksLikeAddress(cell: string): boolean {
  return /^[^\s@<>]+@[^\s@<>]+$/u.test(plainAddress(cell));
}
