/**
 * Macros with which authors name their own work, and which reach the site unexpanded: `\ours`, `\OurMethod`, `\benchmarkName`. The name is
 * lost, but it is certain to be that of the method, model or data of the paper.
 */

/** The noun that replaces each macro, by the name of the macro without its `AFFIXES`. */
const NOUNS: Readonly<Record<string, string>> = {
  "": "method",
  agent: "agent",
  alg: "algorithm",
  algo: "algorithm",
  approach: "approach",
  bench: "benchmark",
  benchmark: "benchmark",
  data: "dataset",
  dataset: "dataset",
  framework: "framework",
  impl: "method",
  method: "method",
  model: "model",
  network: "network",
  paper: "paper",
  pipeline: "pipeline",
  proposed: "method",
  sys: "system",
  system: "system",
  tool: "tool",
  work: "work",
};

/** `\ourmethod`, `\MethodName`, `\ourshort`, `\modelfull`. */
const MACRO = new RegExp(`^(ours?|my|the)?(${Object.keys(NOUNS).join("|")})((?:name|abbr|short|long|full)*|s)$`, "i");

/** Returns the noun for such a macro (without its backslash): `method` for `OurMethod`; null for another macro. */
export function ownWork(macro: string): string | null {
  const [whole, owner = "", noun = "", suffix = ""] = MACRO.exec(macro) ?? [];
  const isNamed = noun !== "" || /^our/i.test(owner) || /^name/i.test(suffix);
  return whole !== undefined && isNamed ? (NOUNS[noun.toLowerCase()] ?? null) : null;
}

/** Writes it in its sentence: `our method`, or `method` after a determiner; capitalized at the start of a sentence. */
export function writeOwnWork(noun: string, before: string): string {
  if (/\b(?:our|the|this|new|proposed) $/i.test(before.slice(-12))) return noun;
  return /(?:^|[.!?] )$/.test(before.slice(-2)) ? `Our ${noun}` : `our ${noun}`;
}
