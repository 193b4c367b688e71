import type { SignupRequest } from "../../store/store.js";
import { memberBucket } from "./rate-limits.js";
import { signedPath } from "./links.js";
import type { Desk } from "../context.js";

const MINUTE_MS = 60_000;

/**
 * Begins a sign-up and puts the mail that it needs in line: a link to confirm, or to a member the link to the preferences.
 * Such a mail holds nothing that the visitor typed, and is in the house's language, so that nobody can make us say anything.
 */
export async function mailForSignup(desk: Desk, wish: SignupRequest): Promise<void> {
  const { store, clock } = desk;
  await store.signups.prune(clock());
  const begun = await store.signups.begin(wish, clock());
  if (begun.result === "begun") {
    await enqueue(desk, { to: wish.address, name: "confirm", path: await signedPath(desk, "confirm", begun.signupId) });
  } else if (begun.result === "member") {
    const grant = await store.limits.take([memberBucket(begun.subscriberId)], { count: 1, now: clock() });
    if (!grant.ok) return;
    const path = await signedPath(desk, "preferences", begun.subscriberId);
    await enqueue(desk, { to: wish.address, name: "member", path });
  }
}

interface SignupMail {
  readonly to: string;
  readonly name: "confirm" | "member";
  /** Where its one link leads, below the site's address. */
  readonly path: string;
}

async function enqueue(desk: Desk, { to, name, path }: SignupMail): Promise<void> {
  const { pages, branding, publicUrl, store, clock } = desk;
  const words = pages.words();
  const values = { name: branding.name };
  const data = {
    title: words.say(`mail.${name}.title`, values),
    text: words.say(`mail.${name}.text`, values),
    button: words.say(`mail.${name}.button`, values),
    after: words.say(`mail.${name}.after`, values),
    url: publicUrl + path,
  };
  const now = clock();
  await store.transactional.enqueue(
    {
      kind: name === "confirm" ? "confirm" : "note",
      to,
      subject: words.say(`mail.${name}.subject`, values),
      text: pages.render("site/mail.text.hbs", data),
      html: pages.render("site/mail.html.hbs", data),
      headers: {},
      sendBefore: new Date(now.getTime() + 15 * MINUTE_MS),
    },
    now,
  );
}
