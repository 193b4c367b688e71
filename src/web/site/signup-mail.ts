import { CONFIRM_VALID_MS } from "../../core/tokens.js";
import type { SignupRequest, TransactionalMail } from "../../store/store.js";
import type { SiteContext } from "../context.js";
import { signedPath } from "./links.js";
import { memberMailLimit } from "./rate-limits.js";

/**
 * Stores a sign-up and queues its mail: a confirmation link, or for a current subscriber a link to the preferences. The mail
 * contains nothing that the visitor typed, so the form cannot be abused to send messages.
 */
export async function mailForSignup(site: SiteContext, signup: SignupRequest): Promise<void> {
  const { store, clock } = site;
  await store.signups.prune(clock());
  const begun = await store.signups.begin(signup, clock());
  if (begun.result === "begun") {
    const path = await signedPath(site, "confirm", begun.signupId);
    await enqueue(site, { to: signup.address, name: "confirm", path });
  } else if (begun.result === "member") {
    const grant = await store.limits.take([memberMailLimit(begun.subscriberId)], { count: 1, now: clock() });
    if (!grant.ok) return;
    const path = await signedPath(site, "preferences", begun.subscriberId);
    await enqueue(site, { to: signup.address, name: "member", path });
  }
}

interface SignupMail {
  readonly to: string;
  readonly name: "confirm" | "member";
  /** Path of the mail's only link, below the public URL. */
  readonly path: string;
}

async function enqueue(site: SiteContext, { to, name, path }: SignupMail): Promise<void> {
  const mail = pageMail(site, { to, name, url: site.publicUrl + path, now: site.clock() });
  await site.store.transactional.enqueue(mail, site.clock());
}

interface PageMail {
  readonly to: string;
  /** The part of the message keys between `mail.` and `.subject`. */
  readonly name: "confirm" | "member" | "unmatched";
  /** The mail's only link. */
  readonly url: string;
  /** Default: the language of the site. */
  readonly language?: string;
  readonly now: Date;
}

/** Returns a mail in the design of the site, with a heading, a text, one button and what to do otherwise. */
export function pageMail(
  { pages, branding }: Pick<SiteContext, "pages" | "branding">,
  { to, name, url, language, now }: PageMail,
): TransactionalMail {
  const words = pages.words(language);
  const values = { name: branding.name };
  const data = {
    title: words.say(`mail.${name}.title`, values),
    text: words.say(`mail.${name}.text`, values),
    button: words.say(`mail.${name}.button`, values),
    after: words.say(`mail.${name}.after`, values),
    url,
  };
  return {
    kind: name === "confirm" ? "confirm" : "note",
    to,
    subject: words.say(`mail.${name}.subject`, values),
    text: pages.render("site/mail.text.hbs", data, words),
    html: pages.render("site/mail.html.hbs", data, words),
    headers: {},
    sendBefore: new Date(now.getTime() + CONFIRM_VALID_MS),
  };
}
