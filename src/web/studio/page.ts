import { badgeOf } from "./badges.js";
import { controls } from "./controls.js";
import { MARK } from "./frame.js";
import { fragmentOf } from "./locate.js";
import { FRAMES, TABS } from "./tabs.js";
import type { TabId } from "./tabs.js";
import { digestPane, letterPane } from "./tab-content.js";
import type { Links } from "./tab-content.js";
import type { Sight } from "./preview.js";
import { withChanges } from "./state.js";
import type { State } from "./state.js";
import type { Studio } from "./studio.js";

/** A tab's pane, ready for its template. */
interface Pane {
  /** The template in `templates/studio/tabs/`. */
  readonly template: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What one tab shows; null when what it needs could not be made. */
export function paneOf(id: TabId, { digest, made }: Sight, links: Links): Pane | null {
  const tab = TABS.find((each) => each.id === id);
  if (tab?.needs === "digest") return digest && { template: tab.pane, data: digestPane(id, digest) };
  if (!tab || !made) return null;
  return { template: tab.pane, data: letterPane(id, made, links) };
}

/** What both the live page and the file tell about the letter on top. */
export function headOf({ digest, made }: Sight, { wish }: State) {
  return {
    source: wish.source,
    subject: made?.letter.subject ?? null,
    edition: digest?.edition.id ?? null,
    date: digest?.edition.date ?? null,
  };
}

interface LivePage {
  readonly state: State;
  readonly query: URLSearchParams;
  /** What a POST must bring back. */
  readonly token: string;
}

/** The data of the live page. */
export async function livePage(studio: Studio, { state, query, token }: LivePage): Promise<object> {
  const [{ problem: startProblem }, sight] = await Promise.all([studio.start(), studio.see(state.wish)]);
  const here = (changes: Readonly<Record<string, string | null>>) =>
    withChanges(query, { mark: null, sent: null, typed: null, source: state.wish.source, ...changes });
  const links: Links = {
    mark: state.mark,
    frame: (variant) => ({
      src: `/frame${here({ variant, mark: state.mark })}${fragmentOf(state.mark)}`,
      srcdoc: null,
    }),
    jump: ({ tab, fragment }, where) =>
      FRAMES[tab]
        ? here({ tab, mark: fragment === MARK ? where : `#${fragment}` })
        : `${here({ tab, mark: where })}${fragment && `#${fragment}`}`,
  };
  const pane = paneOf(state.tab, sight, links);
  return {
    ...headOf(sight, state),
    version: studio.version(),
    tabs: TABS.map(({ id, label }) => ({
      label,
      href: here({ tab: id }),
      isCurrent: id === state.tab,
      ...badgeOf(id, sight),
    })),
    tab: state.tab,
    tabLabel: TABS.find(({ id }) => id === state.tab)?.label ?? "",
    problem: startProblem ?? sight.problem,
    pane: pane?.template ?? null,
    data: pane?.data ?? null,
    controls: await controls(state, studio.parts),
    send: { token, action: `/send${here({})}`, outcome: state.sent === null ? null : studio.sent(state.sent) },
  };
}
