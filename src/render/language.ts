/** Returns a language tag in its canonical form (BCP 47), `pt-BR` for `pt-br`; null for an invalid tag. */
export function canonicalTag(text: string): string | null {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return null;
  }
}
