import { domainToASCII } from "node:url";

// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/;

/**
 * Returns the key of an address: addresses with equal keys are the same person. Case makes no difference, nor do composed and
 * decomposed letters (RFC 6532, section 3.1), nor whether a domain is in Unicode or in A-labels (RFC 5890).
 */
export function addressKey(address: string): string {
  if (ASCII.test(address)) return address.toLowerCase();
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  return `${foldCase(address.slice(0, at + 1))}${domainToASCII(domain) || foldCase(domain)}`;
}

/** A sigma in lower case has two forms, one of them at the end of words. */
function foldCase(text: string): string {
  return text.normalize("NFC").toLowerCase().normalize("NFC").replaceAll("ς", "σ");
}

/** Returns the addresses without those that repeat an earlier person. */
export function distinctPeople(addresses: readonly string[]): string[] {
  const seen = new Set<string>();
  return addresses.filter((address) => {
    const key = addressKey(address);
    return !seen.has(key) && seen.add(key);
  });
}

/** Masks an address for logs and mails: `you@example.com` becomes `y…@example.com`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf("@");
  return `${/^./su.exec(address)?.[0] ?? ""}…${address.slice(at)}`;
}

/** Masks every address in a text, such as a mail server's reply. */
export function maskAddresses(text: string): string {
  return text.replaceAll(/[^\s<>"(),:;@[\]]+@[^\s<>"(),:;@[\]]+/gu, maskAddress);
}
