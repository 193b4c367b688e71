import type { Words } from "../render/words.js";
import type { RequestContext, SiteContext } from "./context.js";

type Status = 200 | 400 | 403 | 404 | 405 | 410 | 413 | 415 | 422 | 429 | 500 | 503;

/** A page with a title, one paragraph and optional links. */
export interface InfoPage {
  /** The messages are `info.NAME.title` and `info.NAME.text`. */
  readonly name: string;
  readonly status: Status;
  readonly words?: Words;
  readonly links?: readonly { readonly url: string; readonly message: string }[];
}

/** Responds with an information or error page. */
export function infoPage(
  context: RequestContext,
  { pages, branding }: SiteContext,
  { name, status, words = pages.words(), links = [] }: InfoPage,
): Response {
  const data = {
    title: words.say(`info.${name}.title`),
    text: words.say(`info.${name}.text`, { name: branding.name }),
    links: links.map(({ url, message }) => ({ url, label: words.say(message) })),
  };
  return context.html(pages.render("site/info.html.hbs", data, words), status);
}

/** A page for people who are not subscribed any more, with a button to subscribe again. */
interface LeftPage extends Pick<InfoPage, "words" | "links"> {
  readonly name: "unsubscribed" | "former";
  /** The target of the form with the button. */
  readonly action: string;
}

/** Responds with a page that offers to subscribe again. */
export function leftPage(
  context: RequestContext,
  { pages }: SiteContext,
  { name, action, words = pages.words(), links = [] }: LeftPage,
): Response {
  const data = {
    title: words.say(`info.${name}.title`),
    text: words.say(`info.${name}.text`),
    action,
    links: links.map(({ url, message }) => ({ url, label: words.say(message) })),
  };
  return context.html(pages.render("site/left.html.hbs", data, words));
}

/** A link to the subscription form. */
export function subscribeLink({ base }: SiteContext) {
  return { url: `${base}/`, message: "link.subscribe" };
}
