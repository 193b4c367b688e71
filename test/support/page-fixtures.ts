import { readFileSync } from "node:fs";
import path from "node:path";
import { buildApi, buildPage, type PageSpec } from "./page-builder.js";
import { manyEntries, type Entry } from "./papers.js";

const FOLDER = path.resolve(import.meta.dirname, "../../fixtures");

/** Returns the path of a saved page, such as `fixturePath("daily.html")`, for commands that read files. */
export function fixturePath(name: string): string {
  return path.join(FOLDER, "pages", name);
}

/** Returns the text of a saved page. */
export function fixturePage(name: string): string {
  return readFileSync(fixturePath(name), "utf8");
}

/** Returns the entries of `fixtures/papers/<name>.json`: `daily` has twelve, `hostile` eight. */
export function fixtureEntries(name: "daily" | "hostile"): Entry[] {
  return JSON.parse(readFileSync(path.join(FOLDER, "papers", `${name}.json`), "utf8")) as Entry[];
}

/** Returns the first entries of a morning: few votes, and summaries of only two of them (docs/pages.md). */
function youngEntries(): Entry[] {
  const votes = [9, 4, 2, 1, 0];
  return manyEntries(5, 7).map((entry, place) => {
    const { ai_summary, ai_keywords, ...paper } = entry.paper;
    const summarised = place < 2 && ai_summary && ai_keywords ? { ai_summary, ai_keywords } : {};
    return { ...entry, paper: { ...paper, upvotes: votes[place] ?? 0, ...summarised } };
  });
}

/** Returns entries with ids and dates of 2024. */
function oldEntries(entries: readonly Entry[]): Entry[] {
  return entries.map((entry, place) => {
    const id = `2407.2${String(100 + place * 37).padStart(4, "0")}`;
    const thumbnail = `https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/${id}.png`;
    const paper = { ...entry.paper, id, publishedAt: "2024-07-31T12:00:00.000Z" };
    return { ...entry, paper, thumbnail, publishedAt: "2024-08-01T01:00:00.000Z" };
  });
}

const NOTE =
  "<!-- Written for Paperboy's tests: every paper and every name on this page is invented. See fixtures/README.md. -->";

function marked(spec: PageSpec): string {
  return buildPage(spec).replace("<!doctype html>\n", `<!doctype html>\n${NOTE}\n`);
}

/** Returns every saved page by its file name. */
export function fixturePages(): Record<string, string> {
  const daily = fixtureEntries("daily");
  const day = { kind: "day", date: "2026-10-02", prevDate: "2026-10-01", nextDate: "2026-10-05" } as const;
  const lists: Record<string, PageSpec> = {
    "daily.html": { ...day, entries: daily },
    "filling.html": { kind: "day", date: "2026-10-05", prevDate: "2026-10-02", entries: youngEntries() },
    "weekend.html": { kind: "day", date: "2026-10-02", prevDate: "2026-10-01", entries: daily.slice(0, 4) },
    "cards-only.html": { ...day, entries: daily.slice(0, 6), mangle: { data: (json) => json.slice(0, 2000) } },
    "week.html": { kind: "week", date: "2026-W40", prevDate: "2026-W39", entries: daily.slice(0, 5) },
    "month.html": { kind: "month", date: "2026-10", prevDate: "2026-09", entries: daily.slice(1, 6) },
    "trending.html": { kind: "trending", entries: daily.slice(0, 4) },
    "search.html": {
      kind: "search",
      query: "letterbox",
      entries: daily.filter(({ title }) => /letterbox/i.test(title)),
    },
    "paper.html": { kind: "paper", entries: daily.slice(6, 7) },
    "day-2024.html": {
      kind: "day-2024",
      date: "2024-08-01",
      prevDate: "2024-07-31",
      nextDate: "2024-08-02",
      entries: oldEntries(daily.slice(8, 12)),
    },
    "hostile.html": { ...day, entries: fixtureEntries("hostile") },
  };
  const pages = Object.entries(lists).map(([name, spec]) => [name, marked(spec)] as const);
  return {
    ...Object.fromEntries(pages),
    "api.json": `${buildApi(daily.slice(0, 6))}\n`,
    "bot-check.html": botCheckPage(),
    "login.html": loginPage(),
  };
}

/**
 * Pages that a site sends in place of the requested one: short, with status 200 and without papers. Their markup follows AWS WAF's
 * developer guide ("CAPTCHA and Challenge action behavior") and common login forms.
 */
function other(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<title>${title}</title>
	</head>
	<body>
${body}
	</body>
</html>
`;
}

/** Returns the page of a firewall that checks for a browser. */
function botCheckPage(): string {
  return other(
    "Human Verification",
    `		<script>window.gokuProps = { "key": "invented", "iv": "invented", "context": "invented" };</script>
		<script src="https://firewall.example.org/challenge.js"></script>
		<div id="challenge-container"></div>
		<noscript><h1>JavaScript is needed to go on</h1></noscript>
		<script>AwsWafIntegration.saveReferrer(); AwsWafIntegration.getToken();</script>`,
  );
}

/** Returns a login form, as of a private mirror. */
function loginPage(): string {
  return other(
    "Log In - Hugging Face",
    `		<form action="/login" method="post">
			<h1>Log In</h1>
			<label>Username <input type="text" name="username" autocomplete="username" /></label>
			<label>Password <input type="password" name="password" autocomplete="current-password" /></label>
			<input type="hidden" name="next" value="/papers" />
			<button type="submit">Login</button>
		</form>`,
  );
}
