import type { Words } from "../render/words.js";
import type { RequestContext, SiteContext } from "./context.js";

type Status = 200 | 400 | 403 | 404 | 405 | 410 | 413 | 415 | 422 | 429 | 500 | 503;

/** A page with a title, one paragraph, and optionally links and a button to subscribe again. */
export interface InfoPage {
  /** The messages are `info.NAME.title` and `info.NAME.text`. */
  readonly name: string;
  readonly status: Status;
  readonly words?: Words;
  readonly links?: readonly { readonly url: string; readonly message: string }[];
  /** The target of the form with the button. */
  readonly again?: string | null;
}

/** Responds with an information or error page. */
export function infoPage(
  context: RequestContext,
  { pages, branding }: SiteContext,
  { name, status, words = pages.words(), links = [], again = null }: InfoPage,
): Response {
  const data = {
    title: words.say(`info.${name}.title`),
    text: words.say(`info.${name}.text`, { name: branding.name }),
    links: links.map(({ url, message }) => ({ url, label: words.say(message) })),
    again,
  };
  return context.html(pages.render("site/info.html.hbs", data, words), status);
}

/** A link to the subscription form. */
export function subscribeLink({ base }: SiteContext) {
  return { url: `${base}/`, message: "link.subscribe" };
}
