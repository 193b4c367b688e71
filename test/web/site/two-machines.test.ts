import { expect, it } from "vitest";
import { describeServed } from "../../store/postgres/servers.js";
import { paperboy } from "../../support/paperboy.js";
import { linkIn, openMailbox } from "./mailbox.js";
import { ORIGIN, PUBLIC_URL, csrfTokenIn } from "./harness.js";
import { serve, type Serving } from "./serving.js";

/** Opens a page on one machine and sends its form to another. */
async function fill(from: Serving, to: Serving, form: { page: string; action: string; fields?: object }) {
  const page = await (await fetch(`${from.url}${form.page}`)).text();
  const headers = { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ csrf: csrfTokenIn(page), ...form.fields }).toString();
  return fetch(`${to.url}${form.action}`, { method: "POST", headers, body });
}

describeServed("the site on two machines with one database", (served) => {
  it("confirms on one machine a sign-up that was made on the other", async () => {
    const mailbox = await openMailbox();
    let turn = 0;
    // Moves on, because a form that is filled in within two seconds is refused.
    const clock = (): Date => new Date(Date.UTC(2026, 9, 5, 7, 0, (turn += 5)));
    const environment = {
      PAPERBOY_PUBLIC_URL: PUBLIC_URL,
      PAPERBOY_SMTP_URL: mailbox.url,
      PAPERBOY_FROM: "Evening Post <digest@example.org>",
      PAPERBOY_STORE: served.target,
      PAPERBOY_SECRET: "the same on each machine",
    };
    const [one, other] = [await serve(environment, { clock }), await serve(environment, { clock })];
    const query = { page: "/daily/", action: "/daily/subscribe", fields: { email: "you@example.com" } };
    expect((await fill(one, other, query)).status).toBe(200);
    const link = new URL(linkIn(await mailbox.next(), "c")).pathname;
    expect((await fill(other, one, { page: link, action: link })).status).toBe(200);
    const shown = await paperboy(["subscribers", "show", "you@example.com", "--json"], { environment });
    expect(shown.json()).toMatchObject({ subscriber: { state: "active", origin: "site" } });
    expect(mailbox.count()).toBe(1);
    expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0]);
    await mailbox.close();
  });
});
