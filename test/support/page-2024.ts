import { facesOf } from "./page-card.js";
import type { PageSpec } from "./page-builder.js";
import { escapeAttribute, escapeText, ICON, monthDay } from "./page-html.js";
import type { Entry } from "./papers.js";

const BADGE =
  "pointer-events-none absolute right-2 top-56 -mt-8 flex h-6 items-center gap-1 self-end whitespace-nowrap rounded-md border bg-white px-2 text-xs leading-none text-gray-700 shadow-sm dark:bg-gray-900 dark:text-gray-400 sm:text-sm md:top-64";

function pathOf(date: string): string {
  return `/papers?date=${date}`;
}

function authorList(entry: Entry): string {
  const faces = facesOf(entry).map((author) => {
    const title = escapeAttribute(author.user?.user ?? author.name);
    return `<li class=" -mr-2 h-4 w-4 md:h-5 md:w-5 block flex-none rounded-full" title="${title}" style="content-visibility:auto;"></li>`;
  });
  return `<a href="/papers/${entry.paper.id}" class="flex"><ul class="flex items-center flex-row-reverse text-sm ">${faces.join("")}
			<li class="text-gray-600 hover:text-gray-700 order-first ml-3"><div class="flex truncate text-base text-gray-350"><div class="ml-1 mr-2.5">·</div>
					${entry.paper.authors.length} authors
				</div>
		</li></ul></a>`;
}

function badge(entry: Entry): string {
  if (!entry.submittedBy) return "";
  return `<div class="${BADGE}">Submitted by
				<img alt="" class="w-2.5 h-2.5 rounded-full flex-none" src="${escapeAttribute(entry.submittedBy.avatarUrl)}" crossorigin="anonymous">
				${escapeText(entry.submittedBy.name)}</div>`;
}

function votes(entry: Entry): string {
  return `<div class="flex flex-wrap items-center gap-2.5 pt-1 "><a href="/login?next=%2Fpapers%2F${entry.paper.id}" class="self-start">
<div class="shadow-alternate flex h-14 w-12 gap-1 rounded-xl flex-none"><input disabled type="checkbox" class="peer hidden">
		${ICON}
		<div class="leading-none">${entry.paper.upvotes === 0 ? "-" : entry.paper.upvotes}</div></div></a>
	</div>`;
}

function comments(entry: Entry): string {
  if (entry.numComments === 0) return "";
  return `<a href="/papers/${entry.paper.id}#community" class="text-md flex items-center gap-2 text-gray-400">${ICON}
							${entry.numComments}
						</a>`;
}

/** Returns one card in the form of August 2024: in a `div`, without comment markers, always with the authors. */
export function card2024(entry: Entry): string {
  const href = `/papers/${entry.paper.id}`;
  return `
			<div><article class="relative flex flex-col overflow-hidden rounded-xl border"><a href="${href}" class="shadow-alternate-sm peer relative block h-56 w-full"><img src="${escapeAttribute(entry.thumbnail ?? "")}" alt="" class="h-full w-full object-cover object-top opacity-80">
		</a>
	${badge(entry)}
	<div class="from-gray-50-to-white -mt-2 flex bg-gradient-to-b px-6 pb-6 pt-8"><div class="flex w-full gap-6">${votes(entry)}
			<div class="w-full"><h3 class="mb-1 text-lg/6 font-semibold hover:underline peer-hover:underline 2xl:text-[1.2rem]/6"><a href="${href}" class="line-clamp-3 cursor-pointer text-balance">${escapeText(entry.title)}</a></h3>
				<div class="flex items-center justify-between">${authorList(entry)}
					${comments(entry)}</div>
			</div></div>
	</div></article>
				</div>`;
}

/** Returns the content of the `DailyPapers` part in 2024. The date is in a `<time>`, and links have the form `?date=`. */
export function list2024(spec: PageSpec, cards: string): string {
  const date = spec.date ?? "2024-08-01";
  const [month = "", day = ""] = monthDay(date).split(" ");
  const previous = spec.prevDate ? `href="${pathOf(spec.prevDate)}" ` : "";
  const next = spec.nextDate ? `href="${pathOf(spec.nextDate)}" ` : "";
  const links = [
    spec.prevDate ? `<a class="btn gap-2" ${previous.trim()}>${ICON}Previous</a>` : "",
    spec.nextDate ? `<a class="btn ml-auto gap-2" ${next.trim()}>Next${ICON}</a>` : "",
  ];
  return `<section class="container relative mb-20 mt-8 md:mt-14"><div class="mb-12 grid grid-cols-3 items-start"><div class="order-1 col-span-2"><h1 class="text-2xl font-bold md:text-3xl"><a href="/papers" class="hover:text-gray-600">Daily Papers</a></h1>
			<h2 class="flex flex-wrap items-center gap-x-2 text-gray-500">by <a href="/postroom" class="flex items-center gap-2"><span class="underline">PR</span></a> <span>and other early risers</span></h2></div>
		<div class="order-2 flex justify-end"><div class="flex items-stretch "><a ${previous}class="group my-0.5 -mr-2 flex w-8">${ICON}</a>
	<time class="relative flex flex-col items-stretch" datetime="${date}T00:00:00.000Z"><span class="rounded-t-lg">${month}</span>
		<span class="rounded-b-lg">${day}</span></time>
	<a ${next}class="group my-0.5 -ml-2 flex w-8">${ICON}</a></div></div></div>
	<div class="relative grid grid-cols-1 gap-5 lg:grid-cols-2 xl:grid-cols-3">${cards}
		<div class="col-span-1 mt-8 flex lg:col-span-2 xl:col-span-3">${links.join("\n")}</div></div></section>`;
}
