/** Extracts the data of a real page independently of the code under test: by a regular expression. */

interface SiteUser {
  readonly fullname?: string;
  readonly name?: string;
  readonly user?: string;
}

export interface SiteOrganization {
  readonly name: string;
  readonly fullname: string;
}

interface SitePaper {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly upvotes: number;
  readonly publishedAt: string;
  readonly authors: readonly { readonly name: string }[];
  readonly submittedOnDailyAt?: string;
  readonly submittedOnDailyBy?: SiteUser;
  readonly githubRepo?: string;
  readonly githubStars?: number;
  readonly projectPage?: string;
  readonly ai_summary?: string;
  readonly ai_keywords?: readonly string[];
  readonly organization?: SiteOrganization;
}

export interface SiteEntry {
  readonly title: string;
  readonly paper: SitePaper;
  readonly numComments: number;
  readonly thumbnail?: string;
  readonly mediaUrls?: readonly string[];
  readonly submittedBy?: SiteUser;
  readonly organization?: SiteOrganization;
}

interface SiteList {
  readonly dailyPapers: readonly SiteEntry[];
  readonly dateString?: string;
  readonly date?: string;
  readonly nextDate?: string;
}

interface SitePaperPage {
  readonly paper: SitePaper;
  readonly comments: readonly unknown[];
  readonly submitterOrganization?: SiteOrganization;
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: "&", lt: "<", gt: ">", "#39": "'", "#x27": "'" };

const VALUE = `(?:"([^"]*)"|'([^']*)')`;

/** Returns the `data-props` of the element with a `data-target`, in either order. */
function propsOf(html: string, target: string): unknown {
  const after = new RegExp(`data-target="${target}"\\s+data-props=${VALUE}`).exec(html);
  const found = after ?? new RegExp(`data-props=${VALUE}\\s+data-target="${target}"`).exec(html);
  const text = found?.[1] ?? found?.[2] ?? "";
  return JSON.parse(text.replace(/&(\w+|#\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole));
}

export function listOf(html: string): SiteList {
  return propsOf(html, "DailyPapers") as SiteList;
}

export function paperPageOf(html: string): SitePaperPage {
  return propsOf(html, "PaperContent") as SitePaperPage;
}

/** Removes all data from a page. */
export function withoutData(html: string): string {
  return html.replace(/ data-props=(?:"[^"]*"|'[^']*')/g, "");
}
