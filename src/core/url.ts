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
