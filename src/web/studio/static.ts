import { badgeOf } from "./badges.js";
import { frameDocument, VARIANTS } from "./frame.js";
import { headOf, paneOf } from "./page.js";
import type { Links } from "./tab-content.js";
import type { StudioParts } from "./parts.js";
import { see } from "./preview.js";
import { TABS } from "./tabs.js";
import { openTemplates } from "./templates.js";

/** Addresses inside one file: a tab is a place in it, a letter is written into its frame. */
const LINKS: Links = {
  mark: null,
  frame: (variant, { letter }) => ({ src: null, srcdoc: frameDocument(letter.html, VARIANTS[variant]) }),
  jump: ({ tab, fragment }) => `#${tab === "text" && fragment ? fragment : tab}`,
};

/**
 * Everything that the studio shows, as one file without scripts.
 * @throws PaperboyError when there is no letter to show: what stopped it.
 */
export async function staticStudio(parts: StudioParts): Promise<string> {
  const wish = await parts.start();
  const sight = await see(wish, parts);
  if (sight.problem) throw sight.problem.cause;
  const templates = openTemplates();
  const state = { wish, tab: TABS[0].id, mark: null, sent: null };
  const panes = TABS.map(({ id, label }) => {
    const pane = paneOf(id, sight, LINKS);
    return { id, label, pane: pane?.template ?? null, data: pane?.data ?? null, ...badgeOf(id, sight) };
  });
  return templates.page("static", {
    ...headOf(sight, state),
    panes,
    css: Buffer.from(templates.css).toString("base64"),
  });
}
