import { ABSENT, escapeAttribute, escapeText, ICON, monthDay, present, shortCount } from "./page-html.js";
import type { Entry, EntryAuthor } from "./papers.js";

const VIDEO = /\.(?:mp4|webm|qt)$/;
const PICTURE_LINK =
  "shadow-alternate-sm peer relative block h-56 w-full cursor-pointer overflow-hidden rounded-xl bg-white md:h-64";
const BADGE =
  "shadow-xs pointer-events-none absolute right-2 top-56 -mt-8 flex h-6 items-center gap-1 self-end whitespace-nowrap rounded-md border bg-white px-2 text-xs leading-none text-gray-700 dark:bg-gray-900 dark:text-gray-400 sm:text-sm md:top-64";
const COUNT =
  "flex translate-y-px items-center gap-1 rounded-md border border-gray-100 px-0.5 py-0.5 text-xs text-gray-500 sm:px-1 sm:text-sm";
const ORGANIZATION =
  "inline-flex min-w-0 max-w-full items-center rounded-full border border-blue-200/70 bg-blue-50 py-0.5 text-blue-700 px-2 text-sm gap-1.5 mt-1";
const AVATAR = " -mr-2 h-4 w-4 md:h-5 md:w-5 bg-linear-to-br block flex-none rounded-full border-2 border-white ";

/** Returns the path of a paper's page, as in the links of cards. */
export function paperPath(entry: Entry): string {
  return `/papers/${entry.paper.id}`;
}

function picture(entry: Entry): string {
  const href = escapeAttribute(paperPath(entry));
  const video = entry.mediaUrls?.[0];
  if (video && VIDEO.test(video)) {
    const media = `<video src="${escapeAttribute(video)}" loop="" muted="" playsinline="" preload="metadata" class="pointer-events-none h-full w-full object-cover object-center"></video>`;
    return present(`<a href="${href}" title="View paper" class="${PICTURE_LINK}">${media}</a>`);
  }
  return `<!--[-1--><a href="${href}" class="${PICTURE_LINK}">${thumbnail(entry)}<!----></a><!--]-->`;
}

/** Returns the picture with the grey placeholder behind it. */
export function thumbnail(entry: Entry): string {
  const pulse = `<div class="absolute inset-0 animate-pulse flex items-center justify-center bg-gray-200 dark:bg-gray-800"></div>`;
  const image = `<img loading="lazy" src="${escapeAttribute(entry.thumbnail ?? "")}" decoding="async" alt="" class="h-full w-full object-cover object-top opacity-80 dark:opacity-70 dark:invert invisible"/>`;
  return `<div class="relative flex h-full w-full items-center justify-center overflow-hidden ">${present(pulse)} ${ABSENT} ${image}</div>`;
}

/** Returns `Submitted by` and the user name; an absent block if the entry has no submitter. */
export function submitter(entry: Entry, className = BADGE): string {
  const by = entry.submittedBy;
  if (!by) return ABSENT;
  const avatar = `<div class="flex-none "><img alt="" loading="lazy" class="max-w-none size-2.5 rounded-full flex-none select-none " src="${escapeAttribute(by.avatarUrl)}" crossorigin="anonymous"/> ${ABSENT}</div><!---->`;
  return present(`<div class="${className}">Submitted by ${avatar} ${escapeText(by.name)}</div>`);
}

function votes(entry: Entry): string {
  const next = `/login?next=%2Fpapers%2F${encodeURIComponent(entry.paper.id)}`;
  const count = entry.paper.upvotes === 0 ? "-" : String(entry.paper.upvotes);
  const box = `<div class="shadow-alternate flex h-14 w-12 gap-1 rounded-xl flex-none cursor-pointer select-none flex-col items-center justify-center self-start border-gray-300 bg-white dark:bg-gray-850 "><input disabled="" type="checkbox" class="peer hidden"/> ${ICON}<!----> <div class="leading-none">${count}</div><!----></div>`;
  return `<div class="flex flex-wrap items-center gap-2.5 pt-1 z-1 lg:sticky lg:top-8">${present(`<a href="${next}" class="self-start">${ABSENT} ${present(`<!---->${box}<!---->`)}<!----></a>`)} ${ABSENT}</div>`;
}

/** Returns up to five authors whose faces are shown: those with an account first, in reverse order (measured). */
export function facesOf(entry: Entry): EntryAuthor[] {
  const known = entry.paper.authors.filter((author) => author.user);
  const others = entry.paper.authors.filter((author) => !author.user);
  return [...known, ...others].slice(0, 5).toReversed();
}

/** Returns the face of an author: picture and user name with an account, otherwise only the name. */
function authorFace(author: EntryAuthor): string {
  const title = escapeAttribute(author.user?.user ?? author.name);
  const face = author.user
    ? `<!--[1--><img class="overflow-hidden rounded-full" alt="" src="${escapeAttribute(author.user.avatarUrl)}" loading="lazy"/><!--]-->`
    : ABSENT;
  return `<li class="${AVATAR}" title="${title}" style="content-visibility:auto;">${face}</li>`;
}

/** Returns the faces and the number of authors. It is always plural and includes hidden authors (measured). */
function authors(entry: Entry): string {
  const faces = facesOf(entry).map(authorFace).join("");
  const count = `<li class="text-xs hover:text-gray-700 order-first ml-3"><!--[--><div class="flex truncate text-sm text-gray-350 sm:text-base"><div class="mx-1">·</div> ${entry.paper.authors.length} authors</div><!--]--></li>`;
  const list = `<ul class="flex items-center text-gray-600 flex-row-reverse text-sm "><!--[-->${faces}<!--]--> ${present(count)}</ul>`;
  return `<!--[-1--><a href="${escapeAttribute(paperPath(entry))}" class="flex">${present(list)}<!----></a><!--]-->`;
}

/** Returns the organization's badge, which replaces the authors. */
export function organization(entry: Entry): string | null {
  const body = entry.organization;
  if (!body) return null;
  const name = escapeAttribute(body.name);
  const logo = body.avatar
    ? present(`<img src="${escapeAttribute(body.avatar)}" alt="${name}" class="size-3.5 rounded"/>`)
    : ABSENT;
  const span = `<span class="block min-w-0 truncate font-medium">${escapeText(body.fullname.trim())}</span>`;
  return present(`<a href="/${name}" class="${ORGANIZATION}">${logo} ${span}</a>`);
}

function stars(entry: Entry): string {
  const count = entry.paper.githubStars;
  if (count === undefined) return ABSENT;
  const href = escapeAttribute(paperPath(entry));
  return present(`<a href="${href}" class="${COUNT}">${ICON}<!----> <span>${shortCount(count)}</span></a>`);
}

/** Returns the link to the comments. It is inside two more elements if an author participates. */
function comments(entry: Entry): string {
  if (entry.numComments === 0) return ABSENT;
  const href = escapeAttribute(`${paperPath(entry)}#community`);
  const link = `<a href="${href}" class="${COUNT}">${ICON}<!----> ${entry.numComments}</a>`;
  if (!entry.isAuthorParticipating) return `<!--[1-->${link}<!--]-->`;
  return present(`<span class="inline-block "><span class="contents">${link}<!----></span></span>`);
}

function heading(entry: Entry): string {
  const link = `<a href="${escapeAttribute(paperPath(entry))}" class="line-clamp-3 cursor-pointer text-balance">${escapeText(entry.title)}</a>`;
  return `<h3 class="mb-1 text-lg/6 font-semibold hover:underline peer-hover:underline 2xl:text-[1.2rem]/6">${link}</h3>`;
}

/** Returns one card of a day, week or month in the form of 2026. */
export function dailyCard(entry: Entry): string {
  const dialog = `<dialog class="shadow-alternate z-40 mx-4 my-auto h-fit"><div tabindex="-1" class="outline-none">${ABSENT}</div></dialog><!----><!---->`;
  const counts = `<div class="flex items-center gap-2">${stars(entry)} ${comments(entry)}</div>`;
  const line = `<div class="flex min-w-0 items-center justify-between gap-1 sm:gap-2">${organization(entry) ?? authors(entry)} ${counts}</div>`;
  const body = `<div class="from-gray-50-to-white bg-linear-to-b -mt-2 flex px-6 pb-6 pt-8"><div class="flex w-full gap-6">${votes(entry)} ${ABSENT} ${dialog} <div class="w-full min-w-0">${heading(entry)} ${line}</div></div></div>`;
  return `<!--[-1--><article class="relative flex flex-col overflow-hidden rounded-xl border">${picture(entry)} ${submitter(entry)} ${ABSENT} ${body}</article><!--]-->`;
}

/** Marks the words of a query in a text. */
function highlighted(text: string, query: string): string {
  const words = query.split(/\s+/).filter((word) => /^[\w.-]+$/.test(word));
  if (words.length === 0) return escapeText(text);
  const parts = text.split(new RegExp(`(${words.join("|").replaceAll(".", String.raw`\.`)})`, "i"));
  return parts.map((part, place) => (place % 2 === 1 ? `<mark>${escapeText(part)}</mark>` : escapeText(part))).join("");
}

/** Returns one result of a search. The abstract is the text of a link, and a date of an earlier year contains the year. */
export function searchCard(entry: Entry, query = ""): string {
  const { publishedAt, summary } = entry.paper;
  const abstract = `<a href="${escapeAttribute(paperPath(entry))}" class="line-clamp-6 text-sm text-gray-500">${highlighted(summary, query)}</a>`;
  const date = `<div class="text-sm text-gray-400">${monthDay(publishedAt, !publishedAt.startsWith("2026"))}</div>`;
  const body = `<div class="from-gray-50-to-white bg-linear-to-b flex px-6 py-6"><div class="flex w-full gap-6">${votes(entry)} <div class="w-full min-w-0">${heading(entry)} ${abstract} ${date} ${organization(entry) ?? authors(entry)} ${comments(entry)}</div></div></div>`;
  return `<!--[-1--><article class="relative flex flex-col overflow-hidden rounded-xl border">${body}</article><!--]-->`;
}
