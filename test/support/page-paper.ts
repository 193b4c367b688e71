import { organization } from "./page-card.js";
import { escapeAttribute, escapeText, hydrater, ICON, monthDay } from "./page-html.js";
import type { Entry } from "./papers.js";

function authors(entry: Entry): string {
  const shown = entry.paper.authors.filter((author) => !author.hidden);
  const names = shown.map(
    (author) =>
      `<span class="author flex items-center"><span class="inline-block"><span class="contents"><button class="whitespace-nowrap underline">${escapeText(author.name)}</button></span></span></span>`,
  );
  return `<div class="relative flex flex-wrap items-center gap-2 text-base leading-tight">Authors: ${names.join(" ,")}</div>`;
}

function submitted(entry: Entry): string {
  const by = entry.submittedBy;
  if (!by) return "";
  const link = `<a class="inline-flex items-center gap-1 underline" href="/${escapeAttribute(by.name)}"><img alt="" class="size-3.5 rounded-full flex-none" src="${escapeAttribute(by.avatarUrl)}"/> ${escapeText(by.fullname)}</a>`;
  return `<div class="flex items-center gap-1"><span>Submitted by</span> <span class="inline-block"><span class="contents">${link}</span></span></div>`;
}

function abstract(entry: Entry): string {
  const summary = entry.paper.ai_summary;
  const site = summary
    ? `<div class="bg-blue-500/6 relative mb-3 rounded-r-sm border-l-2 border-blue-500"><p class="text-blue-700 dark:text-blue-400">${escapeText(summary)}</p> <div class="flex select-none items-center gap-1 pt-1 text-xs">${ICON} AI-generated summary</div></div>`
    : "";
  return `<div class="pb-8 pr-4 md:pr-16"><h2 class="mb-5 text-xl font-semibold">Abstract</h2> <div class="flex flex-col gap-y-2.5">${site} <p class="text-gray-600">${escapeText(entry.paper.summary)}</p></div></div>`;
}

function links(entry: Entry): string {
  const { id, githubRepo, projectPage } = entry.paper;
  const buttons = [
    [`https://arxiv.org/abs/${id}`, "View arXiv page"],
    [`https://arxiv.org/pdf/${id}`, "View PDF"],
    [projectPage, "Project page"],
    [githubRepo, "GitHub"],
  ] as const;
  const shown = buttons.filter(([href]) => href !== undefined);
  return shown
    .map(
      ([href = "", label]) =>
        `<a class="btn inline-flex h-9 items-center" href="${escapeAttribute(href)}">${label}</a>`,
    )
    .join(" ");
}

function votes(entry: Entry): string {
  const box = `<div class="shadow-alternate group flex h-9 cursor-pointer select-none items-center gap-2 rounded-lg border"><input class="peer hidden" disabled="" type="checkbox"/> ${ICON} Upvote <div class="font-semibold text-orange-500">${entry.paper.upvotes}</div></div>`;
  return `<div class="flex flex-wrap items-start gap-2 pb-8 md:hidden"><a class="self-start" href="/login?next=%2Fpapers%2F${entry.paper.id}">${box}</a></div>`;
}

/**
 * Comments are `<article>` elements as well and contain the only `<time>`, which a parser of cards must not read (docs/pages.md).
 */
const COMMUNITY = `<div id="community"><article class="flex"><div class="font-bold">first-light</div> <time datetime="2026-10-02T06:05:00.000Z" title="Oct 2">1 day ago</time> <div class="prose"><p>Read over the first coffee; the children's descriptions are the best part.</p></div></article></div>`;

/** Returns the content of `<main>` on the page of a paper. */
export function paperMain(entry: Entry, data: string | null, withCards: boolean): string {
  const title = `<h1 class="mb-2 text-2xl font-semibold sm:text-3xl lg:pr-6">${escapeText(entry.paper.title)}</h1>`;
  const line = `<div class="mb-6 flex flex-wrap gap-2 text-sm text-gray-500"><div>Published on ${monthDay(entry.paper.publishedAt)}</div> ${submitted(entry)} ${organization(entry) ?? ""}</div>`;
  const body = `<div class="pb-10 md:pt-3"><div class="mb-8 inline-flex items-center leading-5"><a class="flex items-center" href="/papers">${ICON} Papers</a> <div>arxiv:${escapeText(entry.paper.id)}</div></div> ${title} ${line} ${votes(entry)} ${authors(entry)} ${abstract(entry)} <div class="flex flex-wrap gap-2">${links(entry)}</div> ${COMMUNITY}</div>`;
  const content = hydrater("PaperContent", data, withCards ? body : "<!---->");
  return `<div class="container relative flex flex-col md:grid"><section class="pt-8 border-gray-100 md:col-span-7 relative">${content}</section> <section class="pt-8 md:col-span-5">${hydrater("UpvoteControl", '{"maxShown":12}')}</section></div>`;
}
