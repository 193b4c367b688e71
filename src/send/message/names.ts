import { createHash } from "node:crypto";

interface SlugRules {
  /** The characters to keep. Each run of other characters becomes one hyphen. */
  readonly keep: RegExp;
  /** The maximum length, including the fingerprint. */
  readonly maxLength: number;
}

const FINGERPRINT_LENGTH = 8;

/**
 * Converts a text to a name that is valid in every file system and in a Message-ID. If this loses information (other
 * characters, capitals, length), the name ends in a fingerprint of the whole text, so that different texts have different
 * names.
 */
function slug(text: string, { keep, maxLength }: SlugRules): string {
  const lower = text.toLowerCase();
  const clean = Array.from(lower, (char) => (keep.test(char) ? char : "-"))
    .join("")
    .replaceAll(/-+/g, "-")
    .replaceAll(/\.+/g, ".")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  if (clean === text && clean.length <= maxLength) {
    return clean;
  }
  const fingerprint = createHash("sha256").update(text).digest("hex").slice(0, FINGERPRINT_LENGTH);
  return [clean.slice(0, maxLength - FINGERPRINT_LENGTH - 1).replaceAll(/[-.]+$/g, ""), fingerprint]
    .filter(Boolean)
    .join("-");
}

/** Converts the id of an edition to a name: `day-2026-03-09` for `day:2026-03-09`. At most 40 characters of `a-z0-9.-`. */
export function editionSlug(editionId: string): string {
  return slug(editionId.replace(":", "-"), { keep: /^[a-z0-9.-]$/, maxLength: 40 });
}

/** Converts a keyword to a name for files and URLs: `world-model` for `World model`. At most 60 characters of `a-z0-9.-`. */
export function topicSlug(word: string): string {
  return slug(word.trim().toLowerCase().replaceAll(/\s+/g, "-"), { keep: /^[a-z0-9.-]$/, maxLength: 60 });
}

/** Converts an address to a name for files; `you@example.com` is unchanged. At most 80 characters of `a-z0-9.@_+-`. */
export function addressSlug(address: string): string {
  return slug(address, { keep: /^[a-z0-9.@_+-]$/, maxLength: 80 });
}
