import type { VariantId } from "./frame.js";
import type { Preview, RenderedLetter } from "./studio.js";

/** A tab of the studio. */
interface Tab {
  readonly id: string;
  readonly label: string;
  /** Name of its template in `templates/studio/tabs/`. */
  readonly template: string;
  /** The part of the preview that the tab shows. Without it, the tab is empty. */
  readonly needs: "letter" | "digest";
}

/** All tabs in display order. */
export const TABS = [
  { id: "desktop", label: "Desktop", template: "letter", needs: "letter" },
  { id: "phone", label: "Phone", template: "letter", needs: "letter" },
  { id: "dark", label: "Dark", template: "letter", needs: "letter" },
  { id: "images-off", label: "Images off", template: "letter", needs: "letter" },
  { id: "text", label: "Text", template: "text", needs: "letter" },
  { id: "inbox", label: "Inbox", template: "inbox", needs: "letter" },
  { id: "raw", label: "Raw", template: "raw", needs: "letter" },
  { id: "size", label: "Size", template: "size", needs: "letter" },
  { id: "checks", label: "Checks", template: "checks", needs: "letter" },
  { id: "explain", label: "Explain", template: "explain", needs: "digest" },
  { id: "papers", label: "Papers", template: "papers", needs: "digest" },
] as const satisfies readonly Tab[];

export type TabId = (typeof TABS)[number]["id"];

/** Frames of the tabs that show the letter itself. */
export const FRAMES: { readonly [Tab in TabId]?: readonly VariantId[] } = {
  desktop: ["desktop"],
  phone: ["phone", "phone-dark"],
  dark: ["dark"],
  "images-off": ["images-off"],
};

/** A short status next to a tab's label; null shows none. */
interface Badge {
  readonly badge: string | null;
  readonly tone: "neutral" | "good" | "warn" | "bad";
}

/** Returns the badge of a tab. */
export function badgeOf(id: TabId, preview: Preview): Badge {
  return BADGES[id]?.(preview) ?? neutral(null);
}

const BADGES: { readonly [Tab in TabId]?: (preview: Preview) => Badge | null } = {
  size: ({ rendered }) => rendered && sizeBadge(rendered),
  checks: ({ rendered }) => rendered && checksBadge(rendered),
  explain: ({ digest }) => (digest && digest.dropped.length > 0 ? neutral(`${digest.dropped.length} dropped`) : null),
  papers: ({ digest }) => digest && neutral(String(digest.edition.papers.length)),
};

/** Shows the highest share of a size limit that is used. */
function sizeBadge({ sizes }: RenderedLetter): Badge {
  return neutral(`${Math.round(100 * Math.max(...sizes.limits.map(({ bytes, most }) => bytes / most)))}%`);
}

function checksBadge({ checks }: RenderedLetter): Badge {
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.length === 0) return { badge: "pass", tone: "good" };
  const hasErrors = failed.some(({ severity }) => severity === "error");
  return { badge: String(failed.length), tone: hasErrors ? "bad" : "warn" };
}

function neutral(badge: string | null): Badge {
  return { badge, tone: "neutral" };
}
