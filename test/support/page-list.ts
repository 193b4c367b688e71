import type { PageSpec } from "./page-builder.js";
import { ABSENT, escapeAttribute, ICON, monthDay, present } from "./page-html.js";

const ARROW = "flex size-8 items-center justify-center bg-gray-200 text-gray-800 hover:bg-gray-300 ";
const TABS = { day: "Daily", week: "Weekly", month: "Monthly" };

function periodPath(spec: PageSpec, date: string): string {
  return `/papers/${spec.kind === "week" || spec.kind === "month" ? spec.kind : "date"}/${date}`;
}

function tab(active: boolean, label: string): string {
  const state = active ? "bg-black text-white dark:bg-gray-800" : "text-gray-500 hover:bg-gray-100";
  return `<li><button class="flex items-center whitespace-nowrap rounded-lg px-2 ${state}">${label} ${ABSENT}</button></li>`;
}

function tabs(spec: PageSpec): string {
  const active = spec.kind === "trending" ? "" : spec.kind in TABS ? spec.kind : "day";
  const items = Object.entries(TABS).map(([kind, label]) => tab(kind === active, label));
  const trending = `<a href="/papers/trending" class="mx-3 flex size-5 items-center justify-center rounded" aria-label="Trending Papers">${ICON}<!----></a>`;
  return `<div class="flex items-center"><ul class="flex gap-1 text-sm "><!--[-->${items.join("")}<!--]--></ul><!----> ${trending}</div>`;
}

/** Returns the label between the arrows: `Oct 2` for a day (no year), `Week 40`, `October 2026`. */
function dateLabel({ kind, date = "" }: PageSpec): string {
  if (kind === "week") return `Week ${Number(date.slice(6))}`;
  return kind === "month" ? date : monthDay(date);
}

/** Returns an arrow. It has no link if there is no such period. */
function arrow(spec: PageSpec, date: string | null | undefined): string {
  const link = date
    ? `href="${escapeAttribute(periodPath(spec, date))}" class="${ARROW}"`
    : `class="${ARROW}pointer-events-none opacity-50"`;
  return `<a ${link}>${ICON}<!----></a>`;
}

function arrows(spec: PageSpec): string {
  if (!spec.date) return ABSENT;
  const label = `<div class="w-24 whitespace-nowrap text-center text-sm font-semibold text-gray-900 dark:text-gray-100">${dateLabel(spec)}</div>`;
  return present(`${arrow(spec, spec.prevDate)} ${label} ${arrow(spec, spec.nextDate)}`);
}

function top(spec: PageSpec): string {
  const title = spec.kind === "trending" ? "Trending Papers" : "Daily Papers";
  const query = escapeAttribute(spec.query ?? "");
  const search = `<div class="relative z-1 flex w-full items-center">${ICON}<!----> <input type="text" class="hidden" name="daily-papers-search-fake"/> <input type="search" name="daily-papers-search" autocomplete="off" class="max-w-full flex-1 rounded-full" placeholder="Search" value="${query}" maxlength="250"/> <button class="absolute right-2">${ICON}<!----></button></div>`;
  return `<div class="mb-8 grid grid-cols-6 items-start md:mb-12 md:grid-cols-12 md:gap-x-4"><div class="order-1 col-span-5"><div class="flex items-center gap-3"><h1 class="text-2xl font-bold md:text-3xl">${title}</h1> ${ABSENT}</div> <h2 class="whitespace-nowrap text-gray-500 xl:text-lg">by<a href="/postroom"><img alt="" class="mx-1.5 inline h-4" src="/front/assets/papers-by.png"/><span class="underline">PR</span></a> and other early risers</h2></div> <div class="order-3 col-span-6">${search}</div> <div class="order-2 col-span-6 mt-3 flex w-full justify-center"><div class="flex w-full items-center justify-between w-full xl:w-auto">${tabs(spec)} <div class="ml-6 flex items-center overflow-hidden rounded-lg bg-gray-100 dark:bg-gray-800">${arrows(spec)}</div></div><!----></div></div>`;
}

function bottom(spec: PageSpec): string {
  const previous = spec.prevDate
    ? present(
        `<a class="btn gap-2" href="${escapeAttribute(periodPath(spec, spec.prevDate))}">${ICON}<!---->Previous</a>`,
      )
    : ABSENT;
  const next = spec.nextDate
    ? present(
        `<a class="btn ml-auto gap-2" href="${escapeAttribute(periodPath(spec, spec.nextDate))}">Next${ICON}<!----></a>`,
      )
    : ABSENT;
  return present(`<div class="col-span-1 mt-8 flex lg:col-span-2 xl:col-span-3">${previous} ${next}</div>`);
}

/** Returns the content of the `DailyPapers` part: heading, tabs, dates, cards and the links at the bottom. */
export function listSection(spec: PageSpec, cards: string): string {
  const grid = `<div class="relative grid gap-5 *:[content-visibility:auto] grid-cols-1 lg:grid-cols-2 xl:grid-cols-3"><!--[0--><!--[-->${cards}<!--]--><!--]--> ${ABSENT} ${bottom(spec)}</div>`;
  return `<section class="container relative mb-20 mt-8 md:mt-14">${top(spec)} ${grid}</section><!---->`;
}
