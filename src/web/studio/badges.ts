import type { Made, Sight } from "./preview.js";
import type { TabId } from "./tabs.js";

/** A few characters beside a tab's name; null where there is nothing to say. */
interface Badge {
  readonly badge: string | null;
  readonly tone: "quiet" | "good" | "warn" | "bad";
}

const NONE: Badge = { badge: null, tone: "quiet" };

/** What a tab says before anybody opens it. */
export function badgeOf(id: TabId, sight: Sight): Badge {
  return BADGES[id]?.(sight) ?? NONE;
}

const BADGES: { readonly [Tab in TabId]?: (sight: Sight) => Badge | null } = {
  size: ({ made }) => made && sizeBadge(made),
  checks: ({ made }) => made && checksBadge(made),
  explain: ({ digest }) => (digest && digest.dropped.length > 0 ? quiet(`${digest.dropped.length} dropped`) : null),
  papers: ({ digest }) => digest && quiet(String(digest.edition.papers.length)),
};

/** How much of the tightest limit is used. */
function sizeBadge({ sizes }: Made): Badge {
  return quiet(`${Math.round(100 * Math.max(...sizes.limits.map(({ bytes, most }) => bytes / most)))}%`);
}

function checksBadge({ checks }: Made): Badge {
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.length === 0) return { badge: "pass", tone: "good" };
  const isBad = failed.some(({ severity }) => severity === "error");
  return { badge: String(failed.length), tone: isBad ? "bad" : "warn" };
}

function quiet(badge: string): Badge {
  return { badge, tone: "quiet" };
}
