import { createHash } from "node:crypto";

interface SlugRules {
  /** Characters that are kept; each run of others becomes one hyphen. */
  readonly keep: RegExp;
  /** The most characters, with the fingerprint. */
  readonly maxLength: number;
}

const FINGERPRINT = 8;

/**
 * Returns text as a name that is valid in every file system and in a Message-ID. A name that lost something (other characters,
 * capitals, length) ends in a fingerprint of the whole text, so that two texts never share a name.
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
  const fingerprint = createHash("sha256").update(text).digest("hex").slice(0, FINGERPRINT);
  return [clean.slice(0, maxLength - FINGERPRINT - 1).replaceAll(/[-.]+$/g, ""), fingerprint].filter(Boolean).join("-");
}

/** Returns an edition's id for names: `day-2026-03-09` for `day:2026-03-09`. At most 40 characters of `a-z0-9.-`. */
export function editionSlug(editionId: string): string {
  return slug(editionId.replace(":", "-"), { keep: /^[a-z0-9.-]$/, maxLength: 40 });
}

/** Returns an address for file names; `you@example.com` is unchanged. At most 80 characters of `a-z0-9.@_+-`. */
export function addressSlug(address: string): string {
  return slug(address, { keep: /^[a-z0-9.@_+-]$/, maxLength: 80 });
}
