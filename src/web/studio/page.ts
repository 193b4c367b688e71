import { openFiles } from "../../render/files.js";
import { openTemplates } from "../../render/templates.js";
import { frameDocument, MARK, VARIANTS } from "./frame.js";
import type { StudioParts } from "./parts.js";
import { controls, withChanges } from "./state.js";
import type { State } from "./state.js";
import { buildPreview } from "./studio.js";
import type { Preview, Studio } from "./studio.js";
import { fragmentOf, digestContent, letterContent } from "./tab-content.js";
import type { Links } from "./tab-content.js";
import { badgeOf, FRAMES, TABS } from "./tabs.js";
import type { TabId } from "./tabs.js";

/** The studio's templates, style sheet and script, which an operator cannot replace. */
export interface StudioTemplates {
  page(name: "page" | "static", data: object): string;
  readonly css: string;
  readonly script: string;
}

export function openStudioTemplates(): StudioTemplates {
  const files = openFiles(null);
  const templates = openTemplates(files, { partials: "studio/tabs", mayUse: ["lookup"] });
  return {
    page: (name, data) => templates.render(`studio/${name}.html.hbs`, data),
    css: files.read("studio/studio.css"),
    script: files.read("studio/studio.js"),
  };
}

/** The content of a tab. */
interface TabContent {
  /** Name of the template in `templates/studio/tabs/`. */
  readonly template: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Returns the content of a tab, or null if the preview lacks the digest or letter for it. */
function tabContent(id: TabId, { digest, rendered }: Preview, links: Links): TabContent | null {
  const tab = TABS.find((each) => each.id === id);
  if (tab?.needs === "digest") return digest && { template: tab.template, data: digestContent(id, digest) };
  if (!tab || !rendered) return null;
  return { template: tab.template, data: letterContent(id, rendered, links) };
}

/** Returns the data of the page header, for the live page and the static file. */
function headOf({ digest, rendered }: Preview, { request }: State) {
  return {
    source: request.source,
    title: rendered?.letter.subject ?? request.source,
    edition: digest?.edition.id ?? null,
    date: digest?.edition.date ?? null,
  };
}

interface LivePage {
  readonly state: State;
  readonly query: URLSearchParams;
  /** CSRF token for the test letter form. */
  readonly token: string;
}

/** Returns the template data of the live page. */
export async function livePage(studio: Studio, { state, query, token }: LivePage): Promise<object> {
  const [{ problem: startProblem }, preview] = await Promise.all([studio.start(), studio.preview(state.request)]);
  const here = (changes: Readonly<Record<string, string | null>>) =>
    withChanges(query, { mark: null, sent: null, typed: null, source: state.request.source, ...changes });
  const links: Links = {
    mark: state.mark,
    frame: (variant) => ({
      src: `/frame${here({ variant, mark: state.mark })}${fragmentOf(state.mark)}`,
      srcdoc: null,
    }),
    findingLink: ({ tab, fragment }, where) =>
      FRAMES[tab]
        ? here({ tab, mark: fragment === MARK ? where : `#${fragment}` })
        : `${here({ tab, mark: where })}${fragment && `#${fragment}`}`,
  };
  const template = tabContent(state.tab, preview, links);
  return {
    ...headOf(preview, state),
    version: studio.version(),
    tabs: TABS.map(({ id, label }) => ({
      label,
      href: here({ tab: id }),
      isCurrent: id === state.tab,
      ...badgeOf(id, preview),
    })),
    tab: state.tab,
    tabLabel: TABS.find(({ id }) => id === state.tab)?.label ?? "",
    problem: startProblem ?? preview.problem,
    template: template?.template ?? null,
    data: template?.data ?? null,
    controls: await controls(state, studio.parts),
    send: { token, action: `/send${here({})}`, outcome: state.sent === null ? null : studio.sent(state.sent) },
  };
}

/** Links within one file: tabs are page fragments, and letters are embedded in their frames. */
const STATIC_LINKS: Links = {
  mark: null,
  frame: (variant, { letter }) => ({ src: null, srcdoc: frameDocument(letter.html, VARIANTS[variant]) }),
  findingLink: ({ tab, fragment }) => `#${tab === "text" && fragment ? fragment : tab}`,
};

/**
 * Renders all tabs as one HTML file without scripts.
 * @throws PaperboyError if the letter cannot be rendered.
 */
export async function staticPage(parts: StudioParts): Promise<string> {
  const request = await parts.start();
  const preview = await buildPreview(request, parts);
  if (preview.problem) throw preview.problem.cause;
  const templates = openStudioTemplates();
  const state = { request, tab: TABS[0].id, mark: null, sent: null };
  const tabs = TABS.map(({ id, label }) => {
    const content = tabContent(id, preview, STATIC_LINKS);
    return { id, label, template: content?.template ?? null, data: content?.data ?? null, ...badgeOf(id, preview) };
  });
  return templates.page("static", {
    ...headOf(preview, state),
    tabs,
    css: Buffer.from(templates.css).toString("base64"),
  });
}
