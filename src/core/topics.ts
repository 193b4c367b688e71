const PARTS = {
  commas: /(?:["“”][^"“”\n]*["“”]|[^,\n])+/gu,
  lines: /(?:["“”][^"“”\n]*["“”]|[^,;\n])+/gu,
} as const;

/**
 * Splits words and phrases at commas, but not within double quotes: `agents, "planning, fast"`.
 * @param at `lines`: also splits at semicolons and line breaks.
 */
export function splitTopics(text: string, at: keyof typeof PARTS = "commas"): readonly string[] {
  return (text.match(PARTS[at]) ?? []).map((topic) => topic.trim()).filter((topic) => topic !== "");
}
