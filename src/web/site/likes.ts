import {
  distinctInterests,
  isLibraryName,
  libraryOf,
  MOST_INTERESTS,
  paperIdOf,
  readInterest,
  withoutPaper,
  writeInterest,
} from "../../core/interests.js";
import { withInterests } from "../../core/model.js";
import { readLibrary } from "../../parse/library.js";
import type { Subscriber } from "../../store/store.js";
import type { RequestContext, SiteContext, SiteRoute } from "../context.js";
import { infoPage } from "../info-page.js";
import { readForm } from "./form.js";
import type { Form } from "./form.js";
import { enforceLimits, linkLimit } from "./rate-limits.js";
import { csrfTokenFor, forSubscriber, hasCsrfToken, isSubscribed, nothingStored } from "./subscriber.js";
import type { SubscriberRequest } from "./subscriber.js";

/** The largest file of a reference manager that can be uploaded. */
const MAX_FILE_BYTES = 2_000_000;
/** The longest line that can be pasted. */
const MAX_LINE = 300;

/**
 * The papers that a subscriber likes. `?paper=ID` shows one paper with a button to add or remove it: "More like this" in letters links to
 * it.
 */
export const likesRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/p/:token/likes", answer: forSubscriber((request) => showLikes(request)) },
  { method: "POST", path: "/p/:token/likes", answer: forSubscriber(changeLikes), maxBytes: MAX_FILE_BYTES },
];

/** @param error the key of an error message about a form that was sent. */
async function showLikes(request: SubscriberRequest, error?: string): Promise<Response> {
  const { context, site, subscriber, words, here } = request;
  if (!isSubscribed(subscriber)) return nothingStored(context, site);
  const liked = likedBy(subscriber);
  const asked = paperIdOf(context.req.query("paper") ?? "");
  const data = {
    action: `${here}/likes`,
    back: here,
    csrf: csrfTokenFor(request),
    errors: error === undefined ? [] : [words.say(error)],
    notice: context.req.query("saved") === undefined ? null : words.say("notice.saved"),
    asked: asked === null ? null : { ...(await paperOf(asked, site)), isLiked: likes(liked, asked) },
    papers: await Promise.all(liked.map((entry) => listed(entry, site))),
    dataUrl: `${here}/data`,
    eraseUrl: `${here}/erase`,
  };
  return context.html(site.pages.render("site/likes.html.hbs", data, words), error === undefined ? 200 : 422);
}

/** Returns the entries that a subscriber sees and changes, without the files that the configuration names. */
function likedBy({ view }: Subscriber): readonly string[] {
  return (view.interests ?? []).filter((entry) => libraryOf(entry) === null);
}

function likes(entries: readonly string[], id: string): boolean {
  return entries.some((entry) => readInterest(entry).id === id);
}

async function paperOf(id: string, { store }: SiteContext) {
  const known = await store.archive.paper(id);
  return { id, title: known?.paper.title ?? `arXiv ${id}`, url: known?.paper.url ?? null };
}

async function listed(entry: string, site: SiteContext) {
  const { id, title } = readInterest(entry);
  const shown = id === null || title !== null ? { title: title ?? "" } : await paperOf(id, site);
  return { entry, id, title: shown.title };
}

/** Adds or removes papers, by the field `do`. */
async function changeLikes(request: SubscriberRequest): Promise<Response> {
  const { context, site, subscriber, here } = request;
  if (!isSubscribed(subscriber)) return nothingStored(context, site);
  const form = await readForm(context);
  if (!form) return infoPage(context, site, { name: "malformed", status: 415 });
  if (!hasCsrfToken(request, form.get("csrf"))) return showLikes(request, "error.expired");
  const limited = await enforceLimits(context, site, [linkLimit("subscriber", subscriber.id)]);
  if (limited) return limited;
  const changed = await changedBy(form, { context, before: subscriber.view.interests ?? [] });
  if (typeof changed === "string") return showLikes(request, changed);
  if (changed.length > MOST_INTERESTS) return showLikes(request, "error.likes");
  const view = withInterests(subscriber.view, changed);
  await site.store.subscribers.changeById(subscriber.id, { view }, site.clock());
  return context.redirect(`${here}/likes?saved`, 303);
}

interface Change {
  readonly context: RequestContext;
  readonly before: readonly string[];
}

/** Returns the entries after a change, or the key of an error message. */
async function changedBy(form: Form, { context, before }: Change): Promise<readonly string[] | string> {
  const id = paperIdOf(form.get("paper"));
  const file = (await context.req.formData()).get("file");
  switch (form.get("do")) {
    case "like":
      return id === null ? "error.like" : distinctInterests([...before, id]);
    case "unlike":
      return id === null ? before.filter((entry) => entry !== form.get("entry")) : withoutPaper(before, id);
    case "empty":
      return [];
    case "upload": {
      if (!(file instanceof File) || file.size === 0) return "error.file";
      const read = await readLibrary(file.name, await file.text());
      return "papers" in read ? distinctInterests([...before, ...read.papers.map(writeInterest)]) : "error.file";
    }
    default:
      return pasted(form.get("papers"), before);
  }
}

/** Whether a pasted text is too long, or names a file, which only the operator may name. */
function isWrong(entry: string): boolean {
  return entry.length > MAX_LINE || isLibraryName(entry) || libraryOf(entry) !== null;
}

/** Adds pasted ids, addresses and titles, one per line; ids and addresses may also be separated by spaces or commas. */
function pasted(text: string, before: readonly string[]): readonly string[] | string {
  const lines = text
    .split("\n")
    .map((line) => line.replaceAll(/[\p{C}\s]+/gu, " ").trim())
    .filter((line) => line !== "");
  const entries = lines.flatMap((line) => {
    const parts = line.split(/[\s,;]+/).filter((part) => part !== "");
    const ids = parts.flatMap((part) => paperIdOf(part) ?? []);
    return ids.length === parts.length ? ids : [writeInterest({ id: null, title: line, abstract: null })];
  });
  return entries.length === 0 || entries.some(isWrong) ? "error.like" : distinctInterests([...before, ...entries]);
}
