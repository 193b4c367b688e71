import { organization, paperPath, submitter, thumbnail } from "./page-card.js";
import { ABSENT, escapeAttribute, escapeText, ICON, monthDay, present, shortCount } from "./page-html.js";
import type { Entry } from "./papers.js";

const BADGE =
  "shadow-xs pointer-events-none absolute bottom-2 right-2 flex h-6 items-center gap-1 whitespace-nowrap rounded-md border bg-white px-2 text-xs leading-none text-gray-700 dark:bg-gray-900 dark:text-gray-400";
const BUTTON = "btn flex h-9 w-full items-center justify-center gap-1 text-sm";

function picture(entry: Entry, height: string): string {
  const link = `<a href="${escapeAttribute(paperPath(entry))}" class="block ${height} cursor-pointer overflow-hidden bg-white">${thumbnail(entry)}<!----></a>`;
  return `<div class="relative"><!--[-1-->${link}<!--]--> ${submitter(entry, BADGE)}</div>`;
}

function heading(entry: Entry, className: string): string {
  const link = `<a href="${escapeAttribute(paperPath(entry))}" class="line-clamp-2 cursor-pointer">${escapeText(entry.title)}</a>`;
  return `<h3 class="${className} font-semibold text-gray-900 hover:underline dark:text-white">${link}</h3>`;
}

/** Returns the site's one-line summary, not the abstract (docs/pages.md). */
function summary(entry: Entry): string {
  const text = entry.paper.ai_summary;
  if (text === undefined) return ABSENT;
  return present(`<div class="mb-2"><p class="line-clamp-2 text-sm text-gray-500">${escapeText(text)}</p></div>`);
}

function origin(entry: Entry, words: string): string {
  const date = `${words}${monthDay(entry.paper.publishedAt, true)}`;
  return `<div class="flex min-w-0 items-center text-sm text-gray-400">${organization(entry) ?? ABSENT} ${present(`<span class="mx-2">·</span> <span>${date}</span>`)}</div>`;
}

function votes(entry: Entry): string {
  const count = entry.paper.upvotes === 0 ? "-" : String(entry.paper.upvotes);
  const box = `<div role="checkbox" class="shadow-alternate group flex h-9 cursor-pointer select-none items-center gap-2 rounded-lg border"><input disabled="" type="checkbox" class="peer hidden"/> ${ICON}<!----> Upvote <div class="font-semibold text-orange-500">${count}</div><!----></div>`;
  return `<a href="/login?next=%2Fpapers%2F${encodeURIComponent(entry.paper.id)}" class="self-start">${present(box)}</a>`;
}

function code(entry: Entry): string {
  const { githubRepo, githubStars } = entry.paper;
  if (!githubRepo) return ABSENT;
  const stars =
    githubStars === undefined
      ? ABSENT
      : `<span class="flex items-center text-xs">${ICON}<!----> <span>${shortCount(githubStars)}</span></span>`;
  return present(
    `<a href="${escapeAttribute(githubRepo)}" target="_blank" rel="noopener noreferrer" class="${BUTTON}">${ICON}<!----> <span>GitHub</span> ${stars}</a>`,
  );
}

function links(entry: Entry): string {
  const arxiv = `https://arxiv.org/abs/${encodeURIComponent(entry.paper.id)}`;
  return `${votes(entry)} ${code(entry)} <a href="${arxiv}" target="_blank" rel="noopener noreferrer" class="${BUTTON}">${ICON}<!----> <span>arXiv Page</span></a>`;
}

/** Returns one card of the trending page. It contains the paper twice: for wide windows and for phones. */
export function trendingCard(entry: Entry): string {
  const wide = `<div class="hidden h-40 md:flex">${picture(entry, "h-full w-56")} <div class="from-gray-50-to-white bg-linear-to-b flex min-w-0 flex-1 flex-col justify-center p-6">${heading(entry, "mb-1.5 text-xl")} ${summary(entry)} ${origin(entry, "Published on ")}</div> <div class="flex w-40 flex-col items-stretch justify-center gap-2 p-4">${links(entry)}</div></div>`;
  const phone = `<div class="flex flex-col md:hidden">${picture(entry, "h-48 w-full")} <div class="from-gray-50-to-white bg-linear-to-b p-4">${heading(entry, "mb-2 text-lg")} ${summary(entry)} ${origin(entry, "")} <div class="flex flex-col gap-2">${links(entry)}</div></div></div>`;
  return `<article class="relative overflow-hidden rounded-xl border">${wide} ${phone}</article>`;
}
