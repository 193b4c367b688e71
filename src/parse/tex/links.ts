/** A word and its address, as `word (address)`; the address alone when the word says no more. */
export function writeLink(address: string, words: string): string {
  const text = words.trim();
  const says =
    text !== "" &&
    withoutScheme(text) !== withoutScheme(address) &&
    !/^(?:this|here|link|url|this (?:https? )?(?:url|link))$/i.test(text);
  return says ? `${text} (${address})` : address;
}

function withoutScheme(address: string): string {
  return address.replace(/^https?:\/\/(?:www\.)?|\/+$/g, "");
}
