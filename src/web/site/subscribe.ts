import { parseAddress } from "../../send/message/address.js";
import { note } from "../info-page.js";
import { signupBuckets, spend } from "./rate-limits.js";
import { readForm } from "./form.js";
import type { Form } from "./form.js";
import type { Desk, SiteContext, SiteRoute } from "../context.js";
import { readSeal, sealForm } from "./csrf-token.js";
import { mailForSignup } from "./signup-mail.js";
import { topicFields, wishFields } from "./form-fields.js";
import { readWish } from "./preferences-form.js";
import type { Mistake, ReadWish, Wish } from "./preferences-form.js";

/** Nobody reads a form and fills it in within this time. */
const LEAST_FILL_MS = 2_000;
/** Every answer takes at least this long, so that its time does not tell what was found. */
export const LEAST_ANSWER_MS = 300;

export const subscribeRoutes: readonly SiteRoute[] = [
  { method: "GET", path: "/", answer: showForm },
  { method: "POST", path: "/subscribe", answer: subscribe },
  {
    method: "GET",
    path: "/sent",
    answer: (context, desk) => note(context, desk, { name: "sent", status: 200 }),
  },
];

/** What the page shows: what was typed before, and what was wrong with it. */
interface Shown {
  readonly address: string;
  readonly wish: Wish;
  readonly mistakes: readonly Mistake[];
  /** When the form was first shown. */
  readonly shownAt: Date;
}

function startOf({ view }: Desk): Wish {
  return { frequency: "daily", view, pause: { kind: "no" } };
}

function scopeOf({ secret }: Desk) {
  return { secret, form: "subscribe" };
}

function showForm(context: SiteContext, desk: Desk): Response {
  return render(context, desk, { address: "", wish: startOf(desk), mistakes: [], shownAt: desk.clock() });
}

function render(context: SiteContext, desk: Desk, { address, wish, mistakes, shownAt }: Shown): Response {
  const words = desk.pages.words();
  const data = {
    action: `${desk.base}/subscribe`,
    address,
    seal: sealForm(scopeOf(desk), shownAt),
    mistakes: mistakes.map(({ message }) => words.say(message)),
    ...wishFields(wish, words),
    topics: topicFields(wish, mistakes).filter(({ field }) => field === "include"),
  };
  return context.html(desk.pages.render("site/subscribe.html.hbs", data), mistakes.length > 0 ? 422 : 200);
}

/** Takes a wish. Whoever sent it is told the same whether the address is new, known or kept out. */
async function subscribe(context: SiteContext, desk: Desk): Promise<Response> {
  const form = await readForm(context);
  if (!form) return note(context, desk, { name: "malformed", status: 415 });
  const goodbye = () => context.redirect(`${desk.base}/sent`, 303);
  // A field that no person sees: whoever fills it in is told what everybody is told.
  if (form.get("website") !== "") return goodbye();
  const read = readWish(form, { before: startOf(desk), languages: desk.pages.letterLanguages, now: desk.clock() });
  const parsed = parseAddress(form.get("email"));
  const { mistakes, shownAt } = mistakesOf(form, desk, { read, isAddress: parsed.ok });
  if (!parsed.ok || mistakes.length > 0) {
    return render(context, desk, { address: form.get("email"), wish: read.wish, mistakes, shownAt });
  }
  const refusal = await spend(context, desk, signupBuckets(context, desk));
  if (refusal) return refusal;
  const { frequency, view } = read.wish;
  await Promise.all([
    desk.wait(LEAST_ANSWER_MS),
    mailForSignup(desk, { address: parsed.address, frequency, view, origin: "site" }),
  ]);
  return goodbye();
}

function mistakesOf(form: Form, desk: Desk, { read, isAddress }: { read: ReadWish; isAddress: boolean }) {
  const now = desk.clock();
  const shownAt = readSeal(form.get("seal"), scopeOf(desk), now);
  const isHasty = shownAt !== null && now.getTime() - shownAt.getTime() < LEAST_FILL_MS;
  return {
    // Time goes on for a form that was sent too soon: its second try need not wait again.
    shownAt: shownAt ?? now,
    mistakes: [
      ...(shownAt === null ? [{ field: "seal", message: "mistake.old" }] : []),
      ...(isHasty ? [{ field: "seal", message: "mistake.hasty" }] : []),
      ...(isAddress ? [] : [{ field: "email", message: "mistake.email" }]),
      ...read.mistakes,
    ],
  };
}
