/** A language tag as BCP 47 wants it written, `pt-BR` for `pt-br`; null for what is no tag by its form. */
export function canonicalTag(text: string): string | null {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return null;
  }
}
