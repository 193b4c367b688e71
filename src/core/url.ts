import { isIPv4 } from "node:net";

/**
 * Whether a text is a URL. In Node 20, `URL.canParse` answers false for URLs with letters such as `ä` after about ten thousand calls.
 */
export function isUrl(text: string, base?: string): boolean {
  try {
    return new URL(text, base).href !== "";
  } catch {
    return false;
  }
}

/**
 * Whether a host name or address always refers to this machine (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3), so that TLS is
 * not needed. A name that only resolves to this machine does not count, because DNS can change.
 */
export function isLoopback(given: string): boolean {
  const host = given.replace(/^\[(.*)\]$/, "$1");
  if (isIPv4(host)) {
    return host.startsWith("127.");
  }
  return host === "::1" || /^(?:.+\.)?localhost\.?$/i.test(host);
}
