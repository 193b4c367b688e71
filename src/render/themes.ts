import type { Paper } from "../core/model.js";

/**
 * The themes of papers, by words of their titles and keywords. The specific ones come first, since the first of equally good
 * matches counts. Measured on 2,567 papers with keywords (May 2024 to October 2025): 99% have a theme.
 */
const THEMES = [
  [
    "agents",
    /\bagent|tool[- ](?:use|using|call)|function calling|computer[- ]use|\bgui\b|osworld|web navigation|workflow/i,
  ],
  ["video", /\bvideo|\bvbench|temporal (?:coherence|consistency)/i],
  ["threeD", /\b[34]-?d\b|gaussian splatting|\bnerf|\bmesh(?:es)?\b|point cloud|novel[- ]view|radiance field/i],
  [
    "robotics",
    /robot|vision-language-action|\bvlas?\b|manipulation|embodied|imitation learning|\blibero|autonomous driving/i,
  ],
  ["speech", /speech|\baudio|\bmusic|text-to-speech|\btts\b|\bvoice|\bsound|\basr\b/i],
  [
    "images",
    /text-to-image|\bimage (?:generation|editing|synthesis|restoration)|geneval|\bfid\b|personali[sz]ed image|\bflux\b/i,
  ],
  ["code", /\bcode\b|\bcoding|software engineering|\bswe\b|program synthesis|livecodebench|compiler|\bsql\b|github/i],
  [
    "science",
    /protein|molec|chemi|biolog|medic|clinic|health|\bdrug|physics|\bmaterials\b|genom|climate|weather|scientific/i,
  ],
  [
    "retrieval",
    /retriev|\brag\b|web search|deep ?search|search engine|rerank|embedding models?|deep research|question answering|knowledge graph/i,
  ],
  [
    "safety",
    /safety|jailbreak|red[- ]team|toxic|\bbias|fairness|privacy|watermark|unlearning|backdoor|adversarial|deepfake/i,
  ],
  [
    "efficiency",
    /quanti[sz]|pruning|sparse attention|\bkv cache|speculative|efficien|compression|latency|parallel decoding|long[- ]context/i,
  ],
  ["reasoning", /reasoning|chain-of-thought|\bcot\b|\bmath|test-time|theorem|\baime|gsm8k|planning/i],
  [
    "training",
    /reinforcement|\brl\b|rlvr|rlhf|grpo|\bdpo\b|policy optimi[sz]ation|reward|fine-?tun|pre-?train|\bsft\b|distill|\blora\b/i,
  ],
  ["vision", /multi-?modal|vision|visual|\bvlms?\b|\bmllms?\b|\bimages?\b|segmentation|detection|\bocr\b|grounding/i],
  ["generation", /diffusion|flow matching|autoregressive|generative|denois|\bdit\b/i],
  ["evaluation", /benchmark|evaluat|dataset|leaderboard|judge/i],
  ["language", /language model|\bllms?\b|translation|multilingual|\bnlp\b|dialogue|tokeni|transformer|attention/i],
] as const satisfies readonly (readonly [id: string, pattern: RegExp])[];

/** The name of a theme in messages files: `theme.agents`. */
export type ThemeId = (typeof THEMES)[number][0];

/** The last themes fit many papers: each of their words counts half of one of a specific theme. */
const BROAD: ReadonlySet<string> = new Set(["reasoning", "training", "vision", "generation", "evaluation", "language"]);

/** A word in the title says more than one among many keywords. */
const TITLE_WEIGHT = 2;

/** Returns the theme that most words of a paper's title and keywords belong to; null if none does. */
export function themeOf(paper: Pick<Paper, "title" | "keywords" | "enriched">): ThemeId | null {
  // The words are English, and `enrich` may have translated the title.
  const { title, keywords } = { ...paper, ...paper.enriched?.original };
  const scored = THEMES.map(([id, pattern]) => {
    const inKeywords = keywords.filter((keyword) => pattern.test(keyword)).length;
    const inTitle = pattern.test(title) ? TITLE_WEIGHT : 0;
    return { id, score: (inKeywords + inTitle) / (BROAD.has(id) ? 2 : 1) };
  });
  const best = Math.max(...scored.map(({ score }) => score));
  return best === 0 ? null : (scored.find(({ score }) => score === best)?.id ?? null);
}

interface Themed {
  readonly theme: ThemeId | null;
}

/** Entries grouped by theme, and those whose theme no other one shares. */
interface ThemeGroups<T> {
  /** The largest group first. */
  readonly groups: readonly { readonly theme: ThemeId; readonly entries: readonly T[] }[];
  readonly others: readonly T[];
}

/** Groups entries by theme, in their order. */
export function groupByTheme<T extends Themed>(entries: readonly T[]): ThemeGroups<T> {
  const groups = THEMES.map(([theme]) => ({ theme, entries: entries.filter((entry) => entry.theme === theme) }))
    .filter(({ entries: { length } }) => length > 1)
    .toSorted((one, other) => other.entries.length - one.entries.length);
  const shared = new Set<ThemeId | null>(groups.map(({ theme }) => theme));
  return { groups, others: entries.filter(({ theme }) => !shared.has(theme)) };
}
