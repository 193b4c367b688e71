import type { Words } from "../render/words.js";
import type { Desk, SiteContext } from "./context.js";

type Status = 200 | 400 | 403 | 404 | 405 | 410 | 413 | 415 | 422 | 429 | 500 | 503;

/** A page that says something and perhaps leads somewhere. */
export interface Note {
  /** The name under which its words stand among the messages: `note.NAME.title`, `note.NAME.text`. */
  readonly name: string;
  readonly status: Status;
  readonly words?: Words;
  readonly links?: readonly { readonly url: string; readonly message: string }[];
}

/** Answers with a page of a few words. */
export function note(
  context: SiteContext,
  { pages, branding }: Desk,
  { name, status, words, links = [] }: Note,
): Response {
  const spoken = words ?? pages.words();
  const data = {
    title: spoken.say(`note.${name}.title`),
    text: spoken.say(`note.${name}.text`, { name: branding.name }),
    links: links.map(({ url, message }) => ({ url, label: spoken.say(message) })),
  };
  return context.html(pages.render("site/info.html.hbs", data, spoken), status);
}

/** The way back to the form. */
export function toSubscribe({ base }: Desk) {
  return { url: `${base}/`, message: "link.subscribe" };
}
