import { createHash } from "node:crypto";

interface SlugRules {
  /** Characters that stay; each run of others becomes one hyphen. */
  readonly keep: RegExp;
  /** At most this many characters, with the fingerprint. */
  readonly longest: number;
}

const FINGERPRINT = 8;

/**
 * Text as a name that every file system and a Message-ID can hold. A name that lost something on the way (other signs,
 * capitals, length) ends in a fingerprint of the whole text, so that two texts never share one name.
 */
function slug(text: string, { keep, longest }: SlugRules): string {
  const lower = text.toLowerCase();
  const clean = Array.from(lower, (sign) => (keep.test(sign) ? sign : "-"))
    .join("")
    .replaceAll(/-+/g, "-")
    .replaceAll(/\.+/g, ".")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  if (clean === text && clean.length <= longest) {
    return clean;
  }
  const fingerprint = createHash("sha256").update(text).digest("hex").slice(0, FINGERPRINT);
  return [clean.slice(0, longest - FINGERPRINT - 1).replaceAll(/[-.]+$/g, ""), fingerprint].filter(Boolean).join("-");
}

/** An edition's id as part of names: `day:2026-03-09` is `day-2026-03-09`. At most 40 characters of `a-z0-9.-`. */
export function editionSlug(editionId: string): string {
  return slug(editionId.replace(":", "-"), { keep: /^[a-z0-9.-]$/, longest: 40 });
}

/** An address as part of file names: `you@example.com` stays. At most 80 characters of `a-z0-9.@_+-`. */
export function addressSlug(address: string): string {
  return slug(address, { keep: /^[a-z0-9.@_+-]$/, longest: 80 });
}
